using System.Globalization;
using Failback.Contracts.Control;
using Failback.Messaging.Broker;
using MassTransit;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Publishes messages on the control plane, and asks questions and waits for the answer. This class alone decides on repetition and
/// timeouts.
/// </summary>
public sealed class ControlPlaneClient
{
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ControlWithin = TimeSpan.FromSeconds(5);

    private readonly IBusControl _bus;
    private readonly TimeProvider _time;

    internal ControlPlaneClient(IBusControl bus, TimeProvider time)
    {
        _bus = bus;
        _time = time;
    }

    /// <summary>Publishes a message. Without a broker it waits until the token is cancelled.</summary>
    /// <exception cref="BrokerUnavailableException">The broker did not accept the message.</exception>
    public async Task PublishAsync<TMessage>(TMessage message, CancellationToken cancellationToken)
        where TMessage : class
    {
        try
        {
            await _bus.Publish(message, cancellationToken);
        }
        catch (Exception e) when (IsBroker(e))
        {
            throw BrokerUnavailableException.Of(e);
        }
    }

    /// <summary>Asks control; null: it does not answer, or cannot.</summary>
    public async Task<TAnswer?> AskControlAsync<TQuestion, TAnswer>(TQuestion question, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class
    {
        try
        {
            return await AskAsync<TQuestion, TAnswer>(
                ControlPlaneQueues.Control, question, Asking.UntilAnswered, ControlWithin, "control did not answer", cancellationToken);
        }
        catch (Exception e) when (e is BrokerUnavailableException or NoAnswerException or QuestionFailedException)
        {
            return null;
        }
    }

    /// <summary>Asks the service that reads a queue.</summary>
    /// <param name="queue">Name of the queue.</param>
    /// <param name="question">The question.</param>
    /// <param name="asking">Whether the question is repeated.</param>
    /// <param name="within">Longest wait for an answer, measured from the moment the broker is connected.</param>
    /// <param name="silence">Beginning of the message of <see cref="NoAnswerException"/>; the time is appended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    /// <exception cref="NoAnswerException">Nothing answered.</exception>
    /// <exception cref="QuestionFailedException">A service took the question and failed.</exception>
    internal Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string queue, TQuestion question, Asking asking, TimeSpan within, string silence, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class =>
        AskAsync<TQuestion, TAnswer>(
            _bus.CreateRequestClient<TQuestion>(ControlPlaneQueues.Address(queue), within), question, asking, within, silence,
            cancellationToken);

    /// <summary>
    /// Asks every process that is registered for the question; the first answer counts. Parameters and errors are those of a
    /// question to a queue.
    /// </summary>
    internal Task<TAnswer> AskAllAsync<TQuestion, TAnswer>(
        TQuestion question, Asking asking, TimeSpan within, string silence, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class =>
        AskAsync<TQuestion, TAnswer>(_bus.CreateRequestClient<TQuestion>(within), question, asking, within, silence, cancellationToken);

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        IRequestClient<TQuestion> client, TQuestion question, Asking asking, TimeSpan within, string silence,
        CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class
    {
        await WaitForBrokerAsync(cancellationToken);
        using var timeout = new CancellationTokenSource(within, _time);
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        // One id for all repeats of the question, by which an owner recognizes a repeat and drops it.
        Guid id = Guid.NewGuid();
        var asked = new List<Task<Response<TAnswer, QuestionFailed>>>();
        try
        {
            while (!rest.IsCancellationRequested)
            {
                asked.Add(
                    client.GetResponse<TAnswer, QuestionFailed>(
                        question, request => request.UseExecute(sent => sent.CorrelationId = id), rest.Token));
                // Earlier sendings stay open: their answers may be on the way.
                Task pause = Task.Delay(asking == Asking.Once ? Timeout.InfiniteTimeSpan : AskAgain, _time, rest.Token);
                while (!pause.IsCompleted && asked.Count > 0)
                {
                    if (await Task.WhenAny([pause, .. asked]) is not Task<Response<TAnswer, QuestionFailed>> ended) break;
                    asked.Remove(ended);
                    if (await AnswerAsync(ended, rest.Token) is { } answer) return answer;
                }

                if (asking == Asking.Once) break;
                await pause.ContinueWith(
                    static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        finally
        {
            // Ends the sendings that are still open; their answers are no longer needed.
            await rest.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new NoAnswerException(string.Create(CultureInfo.InvariantCulture, $"{silence} within {within.TotalSeconds:0.#} s"));
    }

    /// <summary>Returns the answer, or null when this sending of the question stayed without one.</summary>
    private static async Task<TAnswer?> AnswerAsync<TAnswer>(Task<Response<TAnswer, QuestionFailed>> ended, CancellationToken rest)
        where TAnswer : class
    {
        try
        {
            Response<TAnswer, QuestionFailed> response = await ended;
            if (response.Is(out Response<TAnswer>? answer)) return answer.Message;
            if (response.Is(out Response<QuestionFailed>? failed)) throw new QuestionFailedException(failed.Message.Reason);
            return null;
        }
        catch (RequestFaultException e)
        {
            throw new QuestionFailedException("the question could not be read where it arrived", e);
        }
        catch (Exception e)
        when (e is RequestTimeoutException or RequestCanceledException || (e is OperationCanceledException && rest.IsCancellationRequested))
        {
            return null;
        }
        catch (Exception e) when (IsBroker(e))
        {
            throw BrokerUnavailableException.Of(e);
        }
    }

    private async Task WaitForBrokerAsync(CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        while (_bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            if (_time.GetElapsedTime(start) > Connecting) throw new BrokerUnavailableException();
            await Task.Delay(LookAgain, _time, cancellationToken);
        }
    }

    private static bool IsBroker(Exception exception) => exception is MassTransitException || BrokerUnavailableException.Covers(exception);
}
