using System.Globalization;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>An axis whose ends and marks are round numbers: multiples of 1, 2 or 5 times a power of ten.</summary>
/// <param name="Low">The axis begins here.</param>
/// <param name="High">The axis ends here.</param>
/// <param name="Step">Between two marks.</param>
/// <param name="IsShare">Shown in per cent.</param>
internal sealed record Ticks(double Low, double High, double Step, bool IsShare)
{
    /// <summary>The axis that holds both numbers, with about so many marks at most.</summary>
    public static Ticks Around(double low, double high, bool isShare = false, int most = 7, bool whole = false)
    {
        if (!(high > low))
        {
            (low, high) = low == 0 ? (0, 1) : (low - (Math.Abs(low) / 2), low + (Math.Abs(low) / 2));
        }

        var step = StepOf((high - low) / most);
        step = whole ? Math.Max(1, step) : step;
        var (from, to) = (Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step);
        return new(isShare ? Math.Max(0, from) : from, isShare ? Math.Min(1, to) : to, step, isShare);
    }

    /// <summary>Where the marks are, the ends included.</summary>
    public IEnumerable<double> Marks()
    {
        var count = (int)Math.Round((High - Low) / Step);
        for (var i = 0; i <= count; i++)
        {
            yield return Low + (i * Step);
        }
    }

    /// <summary>A mark as people read it.</summary>
    public string Text(double mark)
    {
        var (value, step) = IsShare ? (100 * mark, 100 * Step) : (mark, Step);
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 6);
        return Math.Round(value, decimals).ToString($"N{decimals}", CultureInfo.InvariantCulture) + (IsShare ? "%" : "");
    }

    /// <summary>From 0 at <see cref="Low"/> to 1 at <see cref="High"/>.</summary>
    public double Place(double value) => (Math.Clamp(value, Low, High) - Low) / (High - Low);

    private static double StepOf(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least / power) switch
        {
            <= 1 + 1e-9 => 1,
            <= 2 + 1e-9 => 2,
            <= 5 + 1e-9 => 5,
            _ => 10,
        };
    }
}
