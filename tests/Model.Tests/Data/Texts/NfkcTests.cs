using Cohort.Model.Data.Texts;

namespace Cohort.Model.Tests.Data.Texts;

public sealed class NfkcTests
{
    /// <summary>Unicode Standard Annex 15, figures 3 to 6, and what its rules turn on.</summary>
    [Theory]
    [InlineData("\u212B", "\u00C5")] // angstrom sign
    [InlineData("\u1E9B\u0323", "\u1E69")] // long s with two dots
    [InlineData("\uFB01", "fi")]
    [InlineData("2\u2075", "25")]
    [InlineData("e\u0323\u0302", "\u1EC7")]
    [InlineData("e\u0302\u0323", "\u1EC7")] // marks are put in order first
    [InlineData("\u0344", "\u0308\u0301")] // excluded from composition
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")] // Hangul by arithmetic
    [InlineData("\uD55C", "\uD55C")]
    [InlineData("\uFF21\uFF42\uFF11", "Ab1")]
    [InlineData("\U0001D4FC\U0001D4EA\U0001D4ED", "sad")]
    [InlineData("plain", "plain")]
    public void Texts_become_what_the_standard_says(string text, string normal) => Nfkc.Normalise(text).ShouldBe(normal);
}
