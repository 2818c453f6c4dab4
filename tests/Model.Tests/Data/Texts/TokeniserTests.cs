using System.Globalization;
using Cohort.Model.Data.Texts;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Data.Texts;

public sealed class TokeniserTests
{
    [Theory]
    [InlineData("I'm SO happy!!! :)", new[] { "i'm", "so", "happy", "!!!", ":)" })]
    [InlineData("It’s ‘fine’", new[] { "it's", "'", "fine", "'" })]
    [InlineData("ＦＵＬＬ ﬁne 𝓼𝓪𝓭 cafe\u0301", new[] { "full", "fine", "sad", "café" })]
    [InlineData("😂😂 ok…", new[] { "😂😂", "ok", "..." })]
    [InlineData(" \t ", new string[0])]
    public void A_text_is_folded_and_cut_where_letters_meet_anything_else(string text, string[] words)
        => Tokeniser.Words(text).ShouldBe(words);

    [Fact]
    public void A_word_s_tokens_are_itself_the_runs_it_ends_and_its_pieces()
    {
        var words = new TextEncoding { WordGrams = 1, LeastCharacters = 0 };
        Tokeniser.Ids("so sad", words, 99).Count.ShouldBe(2);
        Tokeniser.Ids("so sad day", words with { WordGrams = 2 }, 99).Count.ShouldBe(5);
        Tokeniser.Ids("so sad day", words with { WordGrams = 3 }, 99).Count.ShouldBe(6);
        // Of <sad>: <sa sad ad> <sad sad>; the whole is the word itself.
        Tokeniser.Ids("sad", words with { LeastCharacters = 3, MostCharacters = 5 }, 99).Count.ShouldBe(6);
        // Three characters of five emoji are three pieces of three characters, not of halves.
        Tokeniser.Ids("😂😂😂", words with { LeastCharacters = 3, MostCharacters = 3 }, 99).Count.ShouldBe(4);
    }

    [Fact]
    public void Ids_lie_in_the_buckets_and_are_the_same_on_every_machine_and_under_every_culture()
    {
        var encoding = new TextEncoding();
        var ids = Tokeniser.Ids("I miss it. IT IS INCREDIBLE!", encoding, 999);
        ids.ShouldAllBe(id => id >= 1 && id <= encoding.Buckets);
        Tokeniser.Ids("so", encoding with { WordGrams = 1, LeastCharacters = 0 }, 9).ShouldBe([IdOfSo]);

        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("");
            Tokeniser.Ids("i miss it. it is incredible!", encoding, 999).ShouldBe(ids);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_same_letters_as_a_word_and_as_a_piece_are_two_tokens()
    {
        var encoding = new TextEncoding { WordGrams = 1, LeastCharacters = 3, MostCharacters = 3, Buckets = 1 << 20 };
        var word = Tokeniser.Ids("sad", encoding, 1)[0];
        Tokeniser.Ids("sad", encoding, 99).Skip(1).ShouldNotContain(word);
    }

    [Fact]
    public void Of_a_long_text_the_beginning_is_seen_and_a_short_one_s_row_is_filled_with_zeros()
    {
        var encoding = new TextEncoding { MostTokens = 6, WordGrams = 1, LeastCharacters = 0 };
        var (long_, short_) = (new float[6], new float[6]);
        encoding.Apply(TextArray.Row("one two three four five six seven"), long_);
        encoding.Apply(TextArray.Row("one two three"), short_);
        long_.ShouldAllBe(id => id > 0);
        short_[..3].ShouldBe(long_[..3]);
        short_[3..].ShouldAllBe(id => id == 0);
    }

    // XXH3 of "so" with the seed of words, modulo the buckets; a change would make every model of texts useless.
    private const int IdOfSo = 2255;
}
