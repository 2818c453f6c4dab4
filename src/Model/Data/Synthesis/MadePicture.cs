namespace Cohort.Model.Data.Synthesis;

/// <summary>A picture to train on that no camera has taken, and all that is known of it.</summary>
/// <param name="Pixels">Grey, [height, width].</param>
/// <param name="Class">The name of its class.</param>
/// <param name="Person">Who is in it, or empty.</param>
/// <param name="Gender">As which gender the person is drawn, or what is known of the source; or empty.</param>
/// <param name="Light">How it is lit, as measured.</param>
/// <param name="Source">Of a derived picture: SHA-256 of its source's pixels. Empty for a synthetic one.</param>
/// <param name="Change">What was done to the source. Empty for a synthetic one.</param>
public sealed record MadePicture(
    byte[] Pixels, string Class, string Person, string Gender, Light Light, string Source, string Change)
{
    public bool IsSynthetic => Source.Length == 0;
}
