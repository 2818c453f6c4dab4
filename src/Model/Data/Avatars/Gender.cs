namespace Cohort.Model.Data.Avatars;

/// <summary>As which gender a person is drawn, by the conventions of caricature.</summary>
public enum Gender
{
    Female,
    Male,
}
