namespace Cohort.Model.Data.Synthesis;

/// <summary>What a variation may change of a picture.</summary>
[Flags]
public enum VariationKinds
{
    None = 0,

    /// <summary>Mirror, shift, rotation, scale, a slight change of perspective.</summary>
    Geometry = 1,

    /// <summary>Brightness, contrast, gamma, light from one side.</summary>
    Light = 2,

    /// <summary>Grain, blur, a covered patch.</summary>
    Disturbance = 4,

    All = Geometry | Light | Disturbance,
}
