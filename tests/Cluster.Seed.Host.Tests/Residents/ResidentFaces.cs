using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;

namespace Cohort.Seed.Host.Tests.Residents;

/// <summary>A resident student whose samples are the avatar faces of one person, which a simulated student would have too.</summary>
internal sealed class ResidentFaces(string name, ulong seed, int person, int samples) : IResidentSamples
{
    public string Name => name;

    public long Version { get; set; } = 1;

    /// <summary>What goes wrong where they are read; null: nothing.</summary>
    public Exception? Trouble { get; set; }

    /// <summary>The first roll call finds the samples, and from then on this goes wrong.</summary>
    public Exception TroubleOnceEnrolled { set => Asked = _ => Asked = _ => Trouble = value; }

    /// <summary>Called with each version that is asked for.</summary>
    public Action<long> Asked { get; set; } = _ => { };

    public long? Newest(SampleForm form) => samples == 0 ? null : Version;

    public ISampleSet Samples(long version, SampleForm form)
    {
        Asked(version);
        return Trouble is { } trouble ? throw trouble : new AvatarFaces(seed, persons: 1, samples, firstPerson: person);
    }
}
