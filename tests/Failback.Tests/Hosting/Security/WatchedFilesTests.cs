using System.Text;
using Failback.Hosting.Security;
using Failback.Testing;
using Xunit;

namespace Failback.Tests.Hosting.Security;

public sealed class WatchedFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly SteppedTime _time = new();

    [Fact]
    public void Takes_what_is_good_and_keeps_the_old_otherwise()
    {
        File.WriteAllText(_file, "one");
        WatchedFiles<string> files = Watch();
        var refused = new List<string>();
        files.Refused += e => refused.Add(e.Message);
        Assert.Equal("one", files.Current);
        Assert.Equal("two", Change(files, "two"));
        Assert.Equal(1, files.Version);
        Assert.Equal("two", Change(files, "bad"));
        Assert.Equal("two", Change(files, "bad"));
        Assert.Equal(["bad"], refused);
        Assert.Equal("three", Change(files, "three"));
        Assert.Equal(2, files.Version);
    }

    [Fact]
    public void A_file_that_is_away_is_told_of_once_and_comes_back()
    {
        File.WriteAllText(_file, "one");
        WatchedFiles<string> files = Watch();
        int refused = 0;
        files.Refused += _ => refused++;
        File.Delete(_file);
        for (int i = 0; i < 5; i++)
        {
            _time.Step(TimeSpan.FromSeconds(2));
            Assert.Equal("one", files.Current);
        }

        Assert.Equal(1, refused);
        Assert.Equal("two", Change(files, "two"));
    }

    [Fact]
    public void The_first_reading_must_succeed()
    {
        File.WriteAllText(_file, "bad");
        Assert.Throws<FormatException>(Watch);
        File.Delete(_file);
        Assert.Throws<FileNotFoundException>(Watch);
    }

    public void Dispose() => File.Delete(_file);

    private string Change(WatchedFiles<string> files, string content)
    {
        File.WriteAllText(_file, content);
        _time.Step(TimeSpan.FromSeconds(2));
        return files.Current;
    }

    private WatchedFiles<string> Watch() =>
        new([_file], contents => Encoding.UTF8.GetString(contents[0]) is var text && text != "bad"
            ? text
            : throw new FormatException("bad"), _time);
}
