using Failback.Testing.Processes;
using Npgsql;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// Holds a control, in its own database, at the moment at which it stores that a step is begun or done: killed there, it has done what came
/// before and stored nothing of it.
/// </summary>
internal sealed class StepGate : IAsyncDisposable
{
    private const int Lock = 4242;

    private readonly TestDatabase _state;
    private readonly NpgsqlConnection _holder;

    private StepGate(TestDatabase state, NpgsqlConnection holder) => (_state, _holder) = (state, holder);

    /// <param name="state">Database of the controls, which have made their tables.</param>
    public static async Task<StepGate> CreateAsync(TestDatabase state)
    {
        await state.ExecuteAsync(
            $"""
            CREATE TABLE public.gate (step text NOT NULL, done boolean NOT NULL);
            CREATE FUNCTION public.pass_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
            DECLARE entry jsonb := NEW.body::jsonb -> 'entries' -> -1;
            BEGIN
              IF EXISTS (SELECT FROM public.gate WHERE step = entry ->> 'step' AND done = (entry ? 'doneAt')) THEN
                PERFORM pg_advisory_xact_lock({Lock});
              END IF;
              RETURN NEW;
            END $body$;
            CREATE TRIGGER gate BEFORE UPDATE ON failback_control.step_run FOR EACH ROW EXECUTE FUNCTION public.pass_gate();
            """);
        var holder = new NpgsqlConnection(state.ConnectionString);
        await holder.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Lock})", holder);
        await command.ExecuteNonQueryAsync();
        return new StepGate(state, holder);
    }

    /// <summary>Lets everything pass but one step; null: everything.</summary>
    public Task SetAsync((string Step, bool Done)? at) => _state.ExecuteAsync(
        "DELETE FROM public.gate" + (at is { } held ? $"; INSERT INTO public.gate VALUES ('{held.Step}', {held.Done})" : ""));

    public async Task<bool> IsHeldAsync() =>
        await _state.ScalarAsync<long>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Lock} AND NOT granted") > 0;

    /// <summary>Ends the session of a killed control, which the server would keep until the lock is free.</summary>
    public Task ForgetKilledAsync() => _state.ExecuteAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Lock} AND NOT granted");

    public ValueTask DisposeAsync() => _holder.DisposeAsync();
}
