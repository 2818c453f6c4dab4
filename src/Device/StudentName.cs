using System.Diagnostics.CodeAnalysis;

namespace Cohort.Device;

/// <summary>
/// A student on this device, as people name it. It is also a folder's name, so that no name leads out of the students' folder: 1 to 64
/// letters a to z, digits, '.', '_' and '-', of which the first is a letter or a digit.
/// </summary>
public readonly record struct StudentName
{
    public const int Longest = 64;

    private readonly string? _text;

    private StudentName(string text) => _text = text;

    /// <exception cref="DeviceException">The text is no such name.</exception>
    public static StudentName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new DeviceException($"\"{Shown(text)}\" cannot name a student: give 1 to {Longest} letters (a to z), digits, '.', '_' or '-', "
            + "beginning with a letter or a digit.");

    public static bool TryParse([NotNullWhen(true)] string? text, out StudentName name)
    {
        var isName = text is { Length: > 0 and <= Longest } && char.IsAsciiLetterOrDigit(text[0])
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
        name = isName ? new(text!) : default;
        return isName;
    }

    public override string ToString() => _text ?? "";

    private static string Shown(string? text)
        => string.Concat((text ?? "").Take(Longest).Select(letter => char.IsControl(letter) ? '?' : letter));
}
