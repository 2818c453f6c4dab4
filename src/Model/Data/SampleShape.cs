namespace Cohort.Model.Data;

/// <summary>
/// How many elements one sample has, and how they lie: a set holds them as bytes, and a network is shown as many floats, in the same
/// shape for a picture, as token ids for a text (<see cref="Training.IInputEncoding"/>).
/// </summary>
public abstract record SampleShape
{
    /// <summary>Elements of one sample.</summary>
    public abstract int Length { get; }

    /// <summary>What such a sample is, for people: "picture".</summary>
    public abstract string Kind { get; }

    /// <summary>The dimensions of a batch's tensor, such as [count, channels, height, width].</summary>
    public abstract long[] Batch(long count);

    /// <summary>This shape, where only pictures will do.</summary>
    /// <exception cref="DataFormatException">Such samples are no pictures.</exception>
    public ImageShape Picture => this as ImageShape
        ?? throw new DataFormatException($"This needs pictures, and the samples are {Kind}s; name a data set of pictures.");

    /// <summary>Such samples, for people: "pictures of 1x48x48".</summary>
    public string Describe() => $"{Kind}s of {this}";
}
