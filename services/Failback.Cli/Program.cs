using System.Runtime.InteropServices;
using Failback.Cli.Commands;
using Failback.Cli.Output;
using Failback.Cli.Running;

Terminal.Install();
using var stopping = new CancellationTokenSource();
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
return await CommandLine.RunAsync(RootCommands.Create(), args, stopping.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
