using System.Text;
using Cohort.Model.Data;

namespace Cohort.Device.Recognition;

/// <summary>Texts as the store keeps them: UTF-8, and nothing else.</summary>
public static class SampleText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="DataFormatException">The bytes are no UTF-8; the message says which.</exception>
    public static string Of(ReadOnlySpan<byte> content)
    {
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException($"The text is no UTF-8 (its byte {e.Index + 1} is wrong).", e);
        }
    }
}
