using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm student watch</c> prints, a line for each face; or an object for each, as JSON.</summary>
/// <param name="json">Objects.</param>
internal sealed class WatchPage(bool json)
{
    public void Begin(StudentName student, ModelHash model, bool isPersonal, string folder)
    {
        if (!json)
        {
            Page.Print($"{(isPersonal ? $"{student}'s own model" : "Model")} {model.Short} looks at {Printable.Of(folder)}.");
        }
    }

    public void Add(StoredSample sample)
    {
        if (json)
        {
            Page.PrintJson(JudgedSample.Of(sample), PbmJson.Default.JudgedSample);
            return;
        }

        var said = sample.Answer is { } answer ? $"  (you said {answer})" : "";
        Page.Print($"{sample.Hash.ToString()[..8]}  {Printable.Of(sample.Source)}: {JudgedSample.Line(sample.Judgement)}{said}");
    }

    /// <param name="name">The file.</param>
    /// <param name="problem">A clause: "it is empty".</param>
    public void Refuse(string name, string problem)
    {
        var line = $"{Printable.Of(name)}: {problem}.";
        if (json)
        {
            Page.PrintJson(new RefusedLine(line), PbmJson.Default.RefusedLine);
        }
        else
        {
            Page.Print(line);
        }
    }
}
