using System.Text;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary>A student's samples in a table.</summary>
internal static class StudentSamples
{
    private const int LongestWhat = 22;

    public static Table Table(StudentStore store, IEnumerable<StoredSample> samples)
    {
        var table = Tables.New().Name("sample", "what", "detected").Number("sure").Name("you said", "use");
        foreach (var sample in samples)
        {
            table.Row(
                sample.Hash.ToString()[..8],
                Shortened(sample.Kind == SampleKind.Text ? Encoding.UTF8.GetString(store.Content(sample.Hash)) : sample.Source),
                sample.Judgement.Emotion,
                Figures.Share(sample.Judgement.Confidence),
                sample.Answer ?? "-",
                sample.Answer is null ? "-" : sample.IsHeldOut ? "judges" : "trains");
        }

        return table;
    }

    private static string Shortened(string text)
    {
        var line = Printable.Of(text);
        return line.Length <= LongestWhat ? line : line[..(LongestWhat - 3)] + "...";
    }
}
