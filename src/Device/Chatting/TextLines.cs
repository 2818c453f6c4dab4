using System.Runtime.CompilerServices;
using System.Text;
using Cohort.Device.Store;

namespace Cohort.Device.Chatting;

/// <summary>One line of somebody's text; Problem says why it is none, and is null for one that is.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="Problem">A sentence.</param>
public sealed record TextLine(string Text, string? Problem = null);

/// <summary>Lines of UTF-8. A line that is too long or no UTF-8 is told of and left out, and the ones after it are read.</summary>
public static class TextLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="from">Read to its end.</param>
    /// <param name="stop">Ends it.</param>
    public static async IAsyncEnumerable<TextLine> Read(Stream from, [EnumeratorCancellation] CancellationToken stop)
    {
        var (chunk, line, length) = (new byte[16 << 10], new MemoryStream(), 0L);
        while (true)
        {
            var read = await from.ReadAsync(chunk, stop);
            for (var begin = 0; begin < read;)
            {
                var rest = chunk.AsMemory(begin, read - begin);
                var end = rest.Span.IndexOf((byte)'\n');
                var part = end < 0 ? rest : rest[..end];
                length += part.Length;
                if (length <= StudentStore.LargestText)
                {
                    line.Write(part.Span); // of a longer one no more is kept than this
                }

                begin += part.Length + (end < 0 ? 0 : 1);
                if (end >= 0)
                {
                    yield return LineOf(line, length);
                    line.SetLength(0);
                    length = 0;
                }
            }

            if (read == 0)
            {
                if (length > 0)
                {
                    yield return LineOf(line, length);
                }

                yield break;
            }
        }
    }

    private static TextLine LineOf(MemoryStream line, long length)
    {
        if (length > StudentStore.LargestText)
        {
            return new("", $"That text has {length} bytes, more than the {StudentStore.LargestText} that a text may have; it was left out.");
        }

        try
        {
            return new(Strict.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r'));
        }
        catch (DecoderFallbackException e)
        {
            return new("", $"That text is no UTF-8 (its byte {e.Index + 1} is wrong); it was left out.");
        }
    }
}
