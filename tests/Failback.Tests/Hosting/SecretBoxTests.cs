using System.Security.Cryptography;
using Failback.Hosting.Secrets;
using Failback.Testing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Failback.Tests.Hosting;

public sealed class SecretBoxTests
{
    private static SecretBox Box() => new(RandomNumberGenerator.GetBytes(32));

    [Theory]
    [InlineData("")]
    [InlineData("postgres://u:p@h/d")]
    [InlineData("päss🔑wörd")]
    public void Opens_what_it_sealed(string secret)
    {
        SecretBox box = Box();
        string sealedText = box.Seal(secret);
        Assert.Equal(secret, box.Open(sealedText));
        Assert.Matches("^fb1\\.[0-9a-f]{8}\\.[A-Za-z0-9_-]+$", sealedText);
        Assert.NotEqual(sealedText, box.Seal(secret));
    }

    [Fact]
    public void Names_both_keys_when_the_key_is_wrong()
    {
        SecretBox one = Box();
        SecretBox other = Box();
        var e = Assert.Throws<SecretBoxException>(() => other.Open(one.Seal("secret")));
        Assert.Contains(one.KeyId, e.Message, StringComparison.Ordinal);
        Assert.Contains(other.KeyId, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_key_seals_and_older_ones_still_open()
    {
        (byte[] old, byte[] present) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        string before = new SecretBox(old).Seal("secret");
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [SecretBox.KeySetting] = $"{Convert.ToBase64String(present)}\n{Convert.ToBase64String(old)}\n",
        }).Build();
        SecretBox box = SecretBox.FromConfiguration(configuration);
        Assert.Equal("secret", box.Open(before));
        Assert.True(box.IsOutdated(before));
        string after = box.Seal("secret");
        Assert.False(box.IsOutdated(after));
        Assert.Equal("secret", new SecretBox(present).Open(after));
        Assert.Throws<SecretBoxException>(() => new SecretBox(present).Open(before));
    }

    [Fact]
    public void Refuses_a_sealed_text_with_any_character_changed()
    {
        SecretBox box = Box();
        string sealedText = box.Seal("postgres://u:p@h/d");
        for (int i = 0; i < sealedText.Length - 1; i++)
        {
            string damaged = sealedText[..i] + (sealedText[i] == 'A' ? 'B' : 'A') + sealedText[(i + 1)..];
            Assert.Throws<SecretBoxException>(() => box.Open(damaged));
        }
    }

    [Theory]
    [InlineData("not a sealed text")]
    [InlineData("fb1.00000000")]
    public void Refuses_text_of_another_form(string text) => Assert.Throws<SecretBoxException>(() => Box().Open(text));

    [Fact]
    public void Says_how_to_make_a_key_when_there_is_none()
    {
        var e = Assert.Throws<SecretBoxException>(() => SecretBox.FromConfiguration(Settings([])));
        Assert.Contains("openssl rand -base64 32", e.Message, StringComparison.Ordinal);
        Assert.Contains("Failback__SecretsKeyFile", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zu kurz")]
    [InlineData("AAAA")]
    public void Refuses_a_key_that_is_not_32_bytes_of_base64_without_repeating_it(string key)
    {
        var e = Assert.Throws<SecretBoxException>(() => SecretBox.FromConfiguration(Settings(new() { ["Failback:SecretsKey"] = key })));
        Assert.DoesNotContain(key, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_key_from_a_file_with_a_line_end()
    {
        string file = Path.GetTempFileName();
        byte[] key = RandomNumberGenerator.GetBytes(32);
        try
        {
            File.WriteAllText(file, Convert.ToBase64String(key) + "\n");
            SecretBox box = SecretBox.FromConfiguration(Settings(new() { ["Failback:SecretsKeyFile"] = file }));
            Assert.Equal(new SecretBox(key).KeyId, box.KeyId);
        }
        finally
        {
            File.Delete(file);
        }

        var e = Assert.Throws<SecretBoxException>(
            () => SecretBox.FromConfiguration(Settings(new() { ["Failback:SecretsKeyFile"] = file })));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_a_file_change_while_it_runs_and_a_file_that_holds_none_changes_nothing()
    {
        string file = Path.GetTempFileName();
        string[] keys = [.. Enumerable.Range(0, 2).Select(_ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))];
        var time = new SteppedTime();
        try
        {
            File.WriteAllText(file, keys[0]);
            SecretBox box = SecretBox.FromConfiguration(Settings(new() { ["Failback:SecretsKeyFile"] = file }), time);
            string before = box.Seal("secret");
            Change($"{keys[0]}\n{keys[1]}\n");
            Assert.False(box.IsOutdated(before));
            Change($"{keys[1]}\n{keys[0]}\n");
            Assert.True(box.IsOutdated(before));
            string after = box.Reseal(before);
            Change("no key");
            Change("");
            Assert.Equal("secret", box.Open(before));
            Change(keys[1]);
            Assert.Equal(("secret", null), (box.Open(after), box.TryOpen(before)));
            File.WriteAllText(file, keys[0]);
            Assert.Equal("secret", box.Open(before));
        }
        finally
        {
            File.Delete(file);
        }

        void Change(string text)
        {
            File.WriteAllText(file, text);
            time.Step(TimeSpan.FromSeconds(2));
        }
    }

    private static IConfiguration Settings(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
