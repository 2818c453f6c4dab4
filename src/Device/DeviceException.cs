namespace Cohort.Device;

/// <summary>Something on the student's device cannot be done; the message says what, where, and what to do.</summary>
public class DeviceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A version of a student's feedback can no longer be put together, since samples of it have been erased; nobody may train on it any more.
/// </summary>
public sealed class SnapshotGoneException(string message) : DeviceException(message);

/// <summary>Another process works with the student; the message names its id.</summary>
public sealed class StudentInUseException(string message, Exception inner) : DeviceException(message, inner);
