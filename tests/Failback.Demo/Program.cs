using Failback.Demo;

if (!DemoSettings.TryRead(out DemoSettings? settings, out string missing))
{
    await Console.Error.WriteLineAsync(
        $"{missing} is not set. ./run.sh runs the demo; by hand: eval \"$(./run.sh env | sed 's/^/export /')\"");
    return 2;
}

switch (args)
{
    case []: return await new MigrationDemo(settings!, DemoView.Create()).RunAsync() ? 0 : 1;
    case ["userscripts"]: return await new ScriptDemo(settings!, DemoView.Create()).RunAsync() ? 0 : 1;
    default:
        await Console.Error.WriteLineAsync("the demo knows no argument but userscripts");
        return 2;
}
