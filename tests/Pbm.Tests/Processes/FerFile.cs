using System.Globalization;
using System.Text;

namespace Cohort.Pbm.Tests.Processes;

/// <summary>FER2013 files of made-up pictures.</summary>
internal static class FerFile
{
    public const string Head = "emotion,pixels,Usage";

    /// <summary>A few pictures of every emotion for training and for testing, each different.</summary>
    public static string Text(int trainPerClass = 8, int testPerClass = 3)
    {
        var text = new StringBuilder(Head).Append('\n');
        for (var label = 0; label < 7; label++)
        {
            for (var number = 0; number < trainPerClass + testPerClass; number++)
            {
                text.Append(Row(label, (label * 100) + number, number < trainPerClass ? "Training" : "PublicTest")).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>One row; its picture follows from the number.</summary>
    public static string Row(int label, int number, string usage, int pixels = 48 * 48)
    {
        var values = Enumerable.Range(0, pixels).Select(i => ((i * (label + 3)) + (number * 7) + (i / 48 * number)) % 256);
        return string.Create(CultureInfo.InvariantCulture, $"{label},{string.Join(' ', values)},{usage}");
    }
}
