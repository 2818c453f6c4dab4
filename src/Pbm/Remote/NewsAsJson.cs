using System.Text.Json;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>Every event as one line of JSON, as the seed says it.</summary>
internal sealed class NewsAsJson(TextWriter output, TextWriter notes) : INewsDisplay
{
    public void Begin(RunState run)
    {
        // The events say it all.
    }

    public void Show(RunNews news)
    {
        output.WriteLine(JsonSerializer.Serialize(news, ApiJson.Default.RunNews));
        output.Flush();
    }

    public void Say(string sentence) => notes.WriteLine(sentence);
}
