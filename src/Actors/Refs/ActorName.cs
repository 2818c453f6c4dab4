using System.Buffers;
using System.Text;

namespace Cohort.Actors;

/// <summary>Which names an actor may have, and the names of actors that were given none.</summary>
internal static class ActorName
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*$+:@&=,!~';()");

    /// <summary>The n-th automatic name: <c>$a</c>, <c>$b</c>, ... (base 64, lowest digit first).</summary>
    public static string Automatic(long n)
    {
        var name = new StringBuilder("$");
        do name.Append(Digits[(int)(n & 63)]);
        while ((n >>= 6) != 0);
        return name.ToString();
    }

    /// <exception cref="InvalidActorNameException">The name is empty, starts with $ or has an illegal character.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0) throw new InvalidActorNameException("An actor's name must not be empty.");
        if (name[0] == '$')
            throw new InvalidActorNameException($"Actor name [{name}] starts with '$', which is kept for automatic names.");
        for (var i = 0; i < name.Length; i++)
        {
            if (Allowed.Contains(name[i])) continue;
            if (name[i] == '%' && i + 2 < name.Length && char.IsAsciiHexDigit(name[i + 1]) && char.IsAsciiHexDigit(name[i + 2]))
                continue;
            throw new InvalidActorNameException(
                $"Actor name [{name}] has '{name[i]}' at {i}; allowed are ASCII letters, digits, -_.*$+:@&=,!~';() and %hh.");
        }
    }
}
