using System.Security.Cryptography;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Files;

public class ModelHashTests
{
    [Fact]
    public void It_is_the_SHA256_of_the_bytes_in_lower_case() =>
        ModelHash.Of("abc"u8).ToString().ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    [Fact]
    public void Pieces_hash_as_the_whole()
    {
        ModelHash.Of("ab"u8, "c"u8).ShouldBe(ModelHash.Of("abc"u8));
        ModelHash.Of("abc"u8, []).ShouldBe(ModelHash.Of("abc"u8));
    }

    [Fact]
    public void Text_and_hash_turn_into_each_other()
    {
        for (var i = 0; i < 100; i++)
        {
            var text = Convert.ToHexStringLower(SHA256.HashData([(byte)i]));
            ModelHash.Parse(text).ToString().ShouldBe(text);
            ModelHash.Parse(text.ToUpperInvariant()).ShouldBe(ModelHash.Of([(byte)i]));
        }
        ModelHash.Of("abc"u8).Short.ShouldBe("ba7816bf8f01");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ba7816bf")]
    [InlineData("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00")]
    public void What_is_no_hash_is_refused(string text)
    {
        ModelHash.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => ModelHash.Parse(text)).Message
            .ShouldBe($"\"{text}\" is no model hash; give 64 hexadecimal digits.");
    }
}
