namespace Cohort.Model.Plans;

/// <summary>Where samples come from; in a plan <c>avatars | fer2013 | idx | folder</c>.</summary>
public enum DataSource
{
    Avatars,
    Fer2013,
    Idx,
    Folder,
}

/// <summary>How samples are dealt to students; in a plan <c>iid | dirichlet | shards | byPerson</c>.</summary>
public enum PartitionKind
{
    Iid,
    Dirichlet,
    Shards,
    ByPerson,
}

/// <summary>How students are put into groups; in a plan <c>balanced | random</c>.</summary>
public enum GroupingMethod
{
    Balanced,
    Random,
}

/// <summary>Whom a round asks; in a plan <c>uniform | balanced</c>.</summary>
public enum CohortKind
{
    Uniform,
    Balanced,
}

/// <summary>The local optimiser; in a plan <c>sgd | adam</c>.</summary>
public enum OptimizerKind
{
    Sgd,
    Adam,
}

/// <summary>
/// Whether the noise key is a secret of the run or follows from the plan's seed; in a plan <c>secret | seeded</c>.
/// </summary>
public enum NoiseSource
{
    Secret,
    Seeded,
}
