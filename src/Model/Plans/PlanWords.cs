namespace Cohort.Model.Plans;

/// <summary>Where samples come from; in a plan <c>avatars | fer2013 | idx | folder</c>.</summary>
public enum DataSource
{
    Avatars,
    Fer2013,
    Idx,
    Folder,
    Text,
}

/// <summary>How samples are dealt to students; in a plan <c>iid | dirichlet | shards | byPerson | resident</c>.</summary>
public enum PartitionKind
{
    Iid,
    Dirichlet,
    Shards,
    ByPerson,

    /// <summary>Nobody deals them: each student's samples lie on its own device (<see cref="Training.Roster"/>).</summary>
    Resident,
}

/// <summary>How students are put into groups; in a plan <c>balanced | random | astraea | layered</c>.</summary>
public enum GroupingMethod
{
    /// <summary>Dealt out greedily, then swapped.</summary>
    Balanced,

    /// <summary>By lot.</summary>
    Random,

    /// <summary>Greedily, group by group (Duan et al. 2019).</summary>
    Astraea,

    /// <summary>Dealt out in layers, those that unbalance most first: for very many students.</summary>
    Layered,
}

/// <summary>What groups have equally much of; in a plan <c>students | samples</c>.</summary>
public enum GroupEquality
{
    Students,
    Samples,
}

/// <summary>Whom a round asks; in a plan <c>uniform | balanced | poisson</c>.</summary>
public enum CohortKind
{
    Uniform,
    Balanced,
    Poisson,
}

/// <summary>When the server averages; in a plan <c>synchronous | fedBuff</c>.</summary>
public enum RoundMode
{
    /// <summary>All students of a round begin with the same model, and it waits for them (McMahan et al. 2017).</summary>
    Synchronous,

    /// <summary>Students train at their own pace, and a round is the next so many updates (Nguyen et al. 2022).</summary>
    FedBuff,
}

/// <summary>What makes up for an attribute that training samples are uneven in; in a plan <c>none | reweigh | resample</c>.</summary>
public enum BalanceKind
{
    None,

    /// <summary>Losses are weighted so that attribute and class are independent (Kamiran and Calders 2012).</summary>
    Reweigh,

    /// <summary>Samples are drawn so that each value of the attribute is as frequent as any other within each class.</summary>
    Resample,
}

/// <summary>The local optimiser; in a plan <c>sgd | adam</c>.</summary>
public enum OptimizerKind
{
    Sgd,
    Adam,
}

/// <summary>How the learning rate changes over the rounds; in a plan <c>constant | cosine</c>.</summary>
public enum RateSchedule
{
    Constant,

    /// <summary>Along half a cosine, down to 0 (Loshchilov, Hutter 2017).</summary>
    Cosine,
}

/// <summary>
/// Whether the noise key is a secret of the run or follows from the plan's seed; in a plan <c>secret | seeded</c>.
/// </summary>
public enum NoiseSource
{
    Secret,
    Seeded,
}

/// <summary>Who draws the privacy noise; in a plan <c>central | distributed | local</c>.</summary>
public enum NoiseMechanism
{
    /// <summary>Each group's leader, on the group's sum.</summary>
    Central,

    /// <summary>Each student a share of it, under secure aggregation.</summary>
    Distributed,

    /// <summary>Each student all of it, on its own update (local differential privacy).</summary>
    Local,
}

/// <summary>How epsilon is computed; in a plan <c>pld | rdp | rdpClassic</c>.</summary>
public enum AccountantKind
{
    /// <summary>From the privacy loss distribution, by FFT.</summary>
    Pld,

    /// <summary>From Renyi differential privacy, with the conversion of Canonne, Kamath and Steinke 2020.</summary>
    Rdp,

    /// <summary>From Renyi differential privacy, with the conversion of Mironov 2017.</summary>
    RdpClassic,
}
