namespace Cohort.Model.Faces;

/// <summary>Whether faces are looked for in a picture, or it is one.</summary>
public enum FaceSearch
{
    /// <summary>Small pictures and small squares are faces, cut out already; others are searched.</summary>
    Auto,

    /// <summary>Every picture is searched.</summary>
    Detect,

    /// <summary>Every picture is a face: its largest centred square.</summary>
    Whole,
}

/// <summary>The rule of <see cref="FaceSearch.Auto"/>.</summary>
public static class FaceSearchRule
{
    /// <summary>Data sets of cut-out faces are so small (FER2013: 48); a face within would be too small to be found.</summary>
    public const int SmallPicture = 64;

    /// <summary>Sets of aligned faces are squares up to about this side; larger squares are taken by cameras.</summary>
    public const int SmallSquare = 256;

    public static bool Searches(this FaceSearch search, Picture picture) => search switch
    {
        FaceSearch.Whole => false,
        FaceSearch.Detect => true,
        _ => Math.Max(picture.Width, picture.Height) > (picture.Width == picture.Height ? SmallSquare : SmallPicture),
    };
}
