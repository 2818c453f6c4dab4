using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;

namespace Cohort.Seed.Coordination;

/// <summary>What samples are like, as a message says it.</summary>
internal static class SampleFormats
{
    /// <exception cref="DataFormatException">They are neither pictures nor texts.</exception>
    public static SampleFormat Of(SampleForm form)
    {
        var message = form.Shape switch
        {
            ImageShape picture => new SampleFormat { Channels = picture.Channels, Height = picture.Height, Width = picture.Width },
            TextShape text => new SampleFormat { TextBytes = text.MostBytes },
            var other => throw new DataFormatException($"Resident students have pictures or texts, and the plan trains on {other.Describe()}."),
        };
        message.Classes.AddRange(form.Classes);
        return message;
    }
}
