namespace Cohort.Model.Randomness;

/// <summary>What a random stream is for. Part of its key, so that two uses of one seed never share a stream.</summary>
public enum Purpose
{
    /// <summary>First weights of a network.</summary>
    Initialise = 1,

    /// <summary>Which students take part in a round.</summary>
    SampleCohort = 2,

    /// <summary>Which group a student belongs to.</summary>
    Group = 3,

    /// <summary>Which samples a student holds.</summary>
    Partition = 4,

    /// <summary>The order of samples in an epoch.</summary>
    Shuffle = 5,

    /// <summary>Mirror, shift and rotation of a sample.</summary>
    Augment = 6,

    /// <summary>The look of generated faces.</summary>
    Avatar = 7,

    /// <summary>Which samples are held out for testing.</summary>
    Split = 8,

    /// <summary>Which students fall silent.</summary>
    Dropout = 9,

    /// <summary>Which of its samples a student keeps from training.</summary>
    HoldOut = 10,

    /// <summary>Which students' personal models are judged.</summary>
    Judge = 11,

    /// <summary>Which way a value of an update is rounded when it is compressed.</summary>
    Compress = 12,

    /// <summary>Who trains when, and for how long, where rounds are asynchronous.</summary>
    Asynchrony = 13,

    /// <summary>Which of its samples a student trains on in a round where training is balanced.</summary>
    Balance = 16,

    /// <summary>Where an attack of the audit begins to search.</summary>
    Attack = 20,

    /// <summary>Whom an audit looks at, and which of them it sets apart.</summary>
    Audit = 21,

    /// <summary>Which test samples are drawn again to see how sure a figure is.</summary>
    Bootstrap = 22,

    /// <summary>Which students attack, where a plan simulates attackers.</summary>
    Attackers = 30,

    /// <summary>What a simulated attacker draws in a round.</summary>
    Poison = 31,

    /// <summary>The melody of a small tune.</summary>
    Melody = 60,

    /// <summary>What synthetic pictures and variations of real ones are drawn like.</summary>
    Synthesise = 40,

    /// <summary>Which fold of a cross-validation a sample belongs to.</summary>
    Folds = 41,

    /// <summary>Which training samples a search for better plans keeps to judge by.</summary>
    Validate = 50,

    /// <summary>What a search for better plans tries.</summary>
    Tune = 51,
}
