using System.Globalization;
using System.Text;

namespace Cohort.Model.Data.Texts;

/// <summary>
/// Unicode's normalisation form KC (Unicode Standard Annex 15), from tables of our own: where globalisation is invariant, as it is here so
/// that no machine's locale changes a result, the runtime's own normalisation leaves texts as they are.
/// </summary>
internal static class Nfkc
{
    // Hangul syllables are composed by arithmetic (Unicode Standard, section 3.12).
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<int, int> Classes = [];
    private static readonly Dictionary<(int, int), int> Composites = [];

    static Nfkc()
    {
        using var resource = typeof(Nfkc).Assembly.GetManifestResourceStream("Cohort.Model.Nfkc.txt")!;
        using var lines = new StreamReader(resource);
        while (lines.ReadLine() is { } line)
        {
            if (line[0] == '#')
                continue;
            int[] points = Array.ConvertAll(
                line[2..].Split(' '), point => int.Parse(point, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            switch (line[0])
            {
                case 'd':
                    Decompositions.Add(points[0], points[1..]);
                    break;
                case 'k':
                    Classes.Add(points[0], points[1]);
                    break;
                default:
                    Composites.Add((points[0], points[1]), points[2]);
                    break;
            }
        }
    }

    public static string Normalise(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var points = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, points);
        Order(points);
        Compose(points);
        var normal = new StringBuilder(text.Length);
        foreach (int point in points)
            normal.Append(new Rune(point));
        return normal.ToString();
    }

    private static void Decompose(int point, List<int> points)
    {
        if (Decompositions.TryGetValue(point, out int[]? parts))
        {
            points.AddRange(parts);
        }
        else if (point - SyllableBase is >= 0 and < Leads * Vowels * Trails and int syllable)
        {
            points.Add(LeadBase + (syllable / (Vowels * Trails)));
            points.Add(VowelBase + (syllable / Trails % Vowels));
            if (syllable % Trails > 0)
                points.Add(TrailBase + (syllable % Trails));
        }
        else
        {
            points.Add(point);
        }
    }

    // Marks of one letter stand in the order of their classes; equal ones as they came.
    private static void Order(List<int> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            int point = points[i];
            int rank = ClassOf(point);
            int at = i;
            for (; rank > 0 && at > 0 && ClassOf(points[at - 1]) > rank; at--)
                points[at] = points[at - 1];
            points[at] = point;
        }
    }

    private static void Compose(List<int> points)
    {
        int starter = -1;
        int last = -1; // class of what stands between the starter and here; -1 for nothing
        int kept = 0;
        for (int i = 0; i < points.Count; i++)
        {
            int point = points[i];
            int rank = ClassOf(point);
            if (starter >= 0 && last < rank && CompositeOf(points[starter], point) is { } composite)
            {
                points[starter] = composite;
                continue;
            }

            if (rank == 0)
                (starter, last) = (kept, -1);
            else
                last = rank;
            points[kept++] = point;
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? CompositeOf(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads and int lead && second - VowelBase is >= 0 and < Vowels and int vowel)
            return SyllableBase + (((lead * Vowels) + vowel) * Trails);
        if (first - SyllableBase is >= 0 and < Leads * Vowels * Trails and int syllable && syllable % Trails == 0
            && second - TrailBase is > 0 and < Trails and int trail)
            return SyllableBase + syllable + trail;
        return Composites.TryGetValue((first, second), out int composite) ? composite : null;
    }

    private static int ClassOf(int point) => Classes.GetValueOrDefault(point);
}
