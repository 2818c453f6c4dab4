namespace Cohort.Model.Files;

/// <summary>A file that holds no usable model or samples; the message names the file, the tensor and what was expected.</summary>
public sealed class ModelFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A file could not be stored; nothing half-written is left behind.</summary>
public sealed class StorageException(string message, Exception inner) : Exception(message, inner);
