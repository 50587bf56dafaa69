using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Failback.Cockroach;

StandInSettings settings = StandInSettings.Read(Environment.GetEnvironmentVariable);
X509Certificate2? certificate = settings.Certificate.Length == 0
    ? null
    : X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key);
var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
await using var standIn = CockroachStandIn.Start(settings.Server, settings.EndPoint, certificate);
foreach (string database in settings.Databases) await standIn.ServeAsync(database);
using HealthListener? health = HealthListener.Start(settings.HealthPort);
Console.WriteLine($"this is a STAND-IN for CockroachDB, for tests and demonstrations: port {standIn.Port}");
await ended.Task;

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.TrySetResult();
}
