namespace Cohort.Model.Data;

/// <summary>
/// Data that cannot be read. The message is a sentence for whoever brought the data: file, line, expected, found.
/// </summary>
public sealed class DataFormatException : Exception
{
    public DataFormatException(string message) : base(message) { }

    public DataFormatException(string message, Exception innerException) : base(message, innerException) { }

    public DataFormatException() : base("The data cannot be read.") { }
}
