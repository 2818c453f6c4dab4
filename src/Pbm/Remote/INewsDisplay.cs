using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>What a person, or a program, sees of a run elsewhere.</summary>
internal interface INewsDisplay
{
    /// <summary>The run as it stands when the following begins.</summary>
    void Begin(RunState run);

    /// <summary>A step of the run.</summary>
    void Show(RunNews news);

    /// <summary>About the following itself, such as a connection that broke.</summary>
    void Say(string sentence);
}
