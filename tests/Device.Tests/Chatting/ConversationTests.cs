using System.Text;
using Cohort.Device.Chatting;
using Cohort.Model.Data;

namespace Cohort.Device.Tests.Chatting;

/// <summary>A student types texts and answers what a model says of them.</summary>
public sealed class ConversationTests : IDisposable
{
    private readonly DeviceHome _home = new();

    [Fact]
    public void An_empty_line_says_that_the_model_is_right()
    {
        var talk = Begin();
        talk.Hear("what a lovely day").ShouldBeOfType<Reply.Judged>().Sample.Judgement.Emotion.ShouldBe("happy");
        talk.Hear("").ShouldBeOfType<Reply.Answered>().Sample.Answer.ShouldBe("happy");
        talk.Hear("").ShouldBeOfType<Reply.Nothing>();
    }

    [Theory]
    [InlineData("sad")]
    [InlineData("Sadness")]
    [InlineData("5")]
    public void A_name_or_a_number_corrects_the_last_text(string correction)
    {
        var talk = Begin();
        talk.Hear("what a lovely day, they said");
        var answered = talk.Hear(correction).ShouldBeOfType<Reply.Answered>().Sample;
        (answered.Answer, answered.IsCorrected).ShouldBe(("sad", true));
    }

    [Fact]
    public void A_name_is_a_text_where_there_is_nothing_to_correct_or_where_it_is_said_to_be()
    {
        var talk = Begin();
        talk.Hear("sad").ShouldBeOfType<Reply.Judged>();
        talk.Hear("/text angry").ShouldBeOfType<Reply.Judged>().Text.ShouldBe("angry");
        talk.Hear("8").ShouldBeOfType<Reply.Judged>(); // there are seven
    }

    [Fact]
    public void Undo_brings_back_what_was_before_the_answer()
    {
        var talk = Begin();
        talk.Hear("one");
        talk.Hear("sad");
        talk.Hear("angry");
        talk.Hear("/undo").ShouldBeOfType<Reply.TakenBack>().Sample.Answer.ShouldBe("sad");
        talk.Hear("/undo").ShouldBeOfType<Reply.TakenBack>().Sample.Answer.ShouldBeNull();
        talk.Hear("/undo").ShouldBeOfType<Reply.Refused>();
        talk.Hear("fear").ShouldBeOfType<Reply.Answered>().Sample.Answer.ShouldBe("fear"); // the text is still the last
    }

    [Fact]
    public void Commands_are_known_or_named()
    {
        var talk = Begin();
        talk.Hear("one");
        talk.Hear("/SHOW").ShouldBeOfType<Reply.Listed>().Samples.Count.ShouldBe(1);
        talk.Hear("/help").ShouldBeOfType<Reply.Helped>();
        talk.Hear("/music lift").ShouldBeOfType<Reply.AskedForMusic>().Words.ShouldBe("lift");
        talk.Hear("/exit").ShouldBeOfType<Reply.Ended>();
        talk.Hear("/dance now").ShouldBeOfType<Reply.Refused>().Sentence.ShouldStartWith("There is no /dance;");
    }

    public void Dispose() => _home.Dispose();

    // Says happy to whatever is lovely.
    private Conversation Begin() => new(_home.Open(), EmotionClasses.Fer2013, content =>
        DeviceHome.Judged(Encoding.UTF8.GetString(content).Contains("lovely", StringComparison.Ordinal) ? "happy" : "neutral"));
}
