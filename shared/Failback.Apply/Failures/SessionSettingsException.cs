using System.Data.Common;

namespace Failback.Apply.Failures;

/// <summary>
/// A session has other settings than it was opened with: values would be stored as something else. The message says what to do.
/// </summary>
public sealed class SessionSettingsException(string message) : DbException(message);
