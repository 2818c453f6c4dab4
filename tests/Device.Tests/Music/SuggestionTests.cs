using Cohort.Device.Music;

namespace Cohort.Device.Tests.Music;

/// <summary>Tunes for a mood, and why these.</summary>
public sealed class SuggestionTests
{
    private static Suggestion Suggest(string emotion, MusicPolicy policy, int count, params string[] recent)
        => Suggestion.For(BuiltInTunes.Library, emotion, Mood.Of(emotion)!.Value, policy, count, recent);

    [Theory]
    [InlineData("sad")]
    [InlineData("angry")]
    [InlineData("neutral")]
    public void Match_takes_what_is_nearest_to_the_mood(string emotion)
    {
        var suggestion = Suggest(emotion, MusicPolicy.Match, 3);
        suggestion.Tunes.ShouldAllBe(tune => tune.Tags.Contains(emotion, StringComparer.Ordinal));
        suggestion.Tunes.Distinct().Count().ShouldBe(3);
        suggestion.Because.ShouldContain(emotion);
        suggestion.Because.ShouldContain("nearest");
        suggestion.Because.Count(letter => letter == '.').ShouldBeLessThanOrEqualTo(3); // one sentence; two of the dots are numbers'
    }

    [Fact]
    public void Lift_begins_near_the_mood_and_every_tune_is_no_farther_from_the_goal()
    {
        var suggestion = Suggest("sad", MusicPolicy.Lift, 5);
        suggestion.Tunes[0].Tags.ShouldContain("sad", StringComparer.Ordinal);
        suggestion.Tunes[^1].Tags.ShouldContain("happy", StringComparer.Ordinal);
        var distances = suggestion.Tunes.Select(tune => tune.Mood.DistanceTo(Mood.Of("happy")!.Value)).ToList();
        distances.ShouldBeInOrder(SortDirection.Descending);
        suggestion.Because.ShouldContain("Altshuler 1948");
        suggestion.Because.ShouldContain("leads step by step to happy");
        Suggest("angry", MusicPolicy.Lift, 5).Because.ShouldContain("leads step by step to content");
    }

    [Fact]
    public void A_pleasant_mood_is_kept()
    {
        var suggestion = Suggest("happy", MusicPolicy.Lift, 3);
        suggestion.Tunes.ShouldAllBe(tune => tune.Tags.Contains("happy", StringComparer.Ordinal));
        suggestion.Because.ShouldContain("nothing to lift");
    }

    [Fact]
    public void What_was_suggested_lately_comes_again_only_where_there_is_not_enough_else()
    {
        var first = Suggest("sad", MusicPolicy.Match, 3).Tunes.Select(tune => tune.Location).ToArray();
        Suggest("sad", MusicPolicy.Match, 3, first).Tunes.ShouldAllBe(tune => !first.Contains(tune.Location));
        var all = BuiltInTunes.Library.Tunes.Select(tune => tune.Location).ToArray();
        Suggest("sad", MusicPolicy.Match, 3, all).Tunes.Select(tune => tune.Location).ShouldBe(first);
        Suggest("sad", MusicPolicy.Match, 100).Tunes.Count.ShouldBe(all.Length); // each once
    }

    [Fact]
    public void Words_stand_on_the_circle_in_the_quadrants_that_they_mean()
    {
        foreach (var word in new[] { "happy", "excited", "surprise", "joy" })
        {
            (Mood.Of(word)!.Value is { Valence: > 0, Arousal: > 0 }).ShouldBeTrue(word);
        }

        foreach (var word in new[] { "angry", "fear", "disgust", "Anger", "tense" })
        {
            (Mood.Of(word)!.Value is { Valence: < 0, Arousal: > 0 }).ShouldBeTrue(word);
        }

        foreach (var word in new[] { "sad", "gloomy", "bored", "sadness" })
        {
            (Mood.Of(word)!.Value is { Valence: < 0, Arousal: < 0 }).ShouldBeTrue(word);
        }

        foreach (var word in new[] { "calm", "Chill", "content", "peaceful" })
        {
            (Mood.Of(word)!.Value is { Valence: > 0, Arousal: < 0 }).ShouldBeTrue(word);
        }

        Mood.Of("neutral").ShouldBe(Mood.Neutral);
        Mood.Of("quickstep").ShouldBeNull();
    }

    [Fact]
    public void The_mood_is_that_of_most_of_the_newest_samples_by_what_the_student_said_first()
    {
        using var home = new DeviceHome();
        var store = home.Open();
        store.CurrentEmotion().ShouldBeNull();
        for (var i = 0; i < 8; i++)
        {
            store.Add(DeviceHome.Text($"old {i}", "fear"));
        }

        foreach (var (text, detected, said) in new[] { ("a", "sad", null), ("b", "happy", "sad"), ("c", "happy", null), ("d", "angry", null), ("e", "happy", "sad") })
        {
            var hash = store.Add(DeviceHome.Text(text, detected)).Hash;
            if (said is not null)
            {
                store.Answer(hash, said);
            }
        }

        store.CurrentEmotion().ShouldBe("sad");
    }

    [Fact]
    public void Suggested_tunes_are_remembered_the_newest_first()
    {
        using var home = new DeviceHome();
        var store = home.Open();
        store.RememberTunes(BuiltInTunes.Library.Tunes.Take(2).ToList(), "sad", MusicPolicy.Lift);
        store.RememberTunes(BuiltInTunes.Library.Tunes.Skip(5).Take(1).ToList(), "sad", MusicPolicy.Match);
        store.RecentTunes(2).ShouldBe([BuiltInTunes.Library.Tunes[5].Location, BuiltInTunes.Library.Tunes[1].Location]);
    }
}
