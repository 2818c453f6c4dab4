using System.Text;
using Cohort.Device.Chatting;
using Cohort.Device.Store;

namespace Cohort.Device.Tests.Chatting;

public sealed class TextLinesTests
{
    [Fact]
    public async Task Lines_are_read_whatever_their_ends_and_the_last_without_one()
        => (await Read("one\r\ntwo ☺\n\nlast")).ShouldBe([new("one"), new("two ☺"), new(""), new("last")]);

    [Fact]
    public async Task A_line_of_a_megabyte_is_told_of_and_the_next_one_is_read()
    {
        var lines = await Read(new string('x', 1 << 20) + "\nnext\n");
        lines.Count.ShouldBe(2);
        lines[0].Problem.ShouldBe($"That text has 1048576 bytes, more than the {StudentStore.LargestText} that a text may have; it was left out.");
        lines[1].ShouldBe(new("next"));
        (await Read(new string('x', StudentStore.LargestText)))[0].Text.Length.ShouldBe(StudentStore.LargestText);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_told_of_and_the_next_line_is_read()
    {
        var lines = await Read([.. "sm"u8, 0xFC, .. "h\nnext"u8]);
        lines[0].Problem.ShouldBe("That text is no UTF-8 (its byte 3 is wrong); it was left out.");
        lines[1].ShouldBe(new("next"));
    }

    private static Task<List<TextLine>> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static async Task<List<TextLine>> Read(byte[] bytes)
    {
        var lines = new List<TextLine>();
        await foreach (var line in TextLines.Read(new MemoryStream(bytes), CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }
}
