using System.Text;
using Cohort.Device.Store;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Files;

namespace Cohort.Device.Tests;

/// <summary>A device's home in a folder of its own, with a clock that only tests move.</summary>
internal sealed class DeviceHome : IDisposable
{
    public static readonly ModelHash SomeModel = ModelHash.Of("a model"u8);

    private readonly List<IDisposable> _open = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("cohort-device-").FullName;

    public StillClock Clock { get; } = new();

    public StudentFolder Folder(string student = "ada") => new(Path, StudentName.Parse(student));

    public StudentStore Open(string student = "ada")
    {
        var store = StudentStore.Open(Folder(student), Clock);
        _open.Add(store);
        return store;
    }

    /// <summary>What a model that is sure of one emotion says.</summary>
    public static Judgement Judged(string emotion, double confidence = 0.64)
        => new(SomeModel, [.. EmotionClasses.Fer2013.Select(name => KeyValuePair.Create(name, string.Equals(name, emotion, StringComparison.Ordinal) ? confidence : (1 - confidence) / 6))]);

    public static NewSample Text(string text, string detected = "neutral") => new(SampleKind.Text, Encoding.UTF8.GetBytes(text), "chat", Judged(detected));

    /// <summary>A generated face as a PNG file; each number is another.</summary>
    public static byte[] Face(int number)
    {
        var faces = AvatarFaces.DataSet(9, 8, 16, 1, 1).Train;
        var pixels = new byte[faces.Shape.Length];
        faces.CopySample(number % faces.Count, pixels);
        return Vision.EncodePng(pixels, ImageShape.Face.Width, ImageShape.Face.Height);
    }

    public static NewSample Picture(int number, string detected = "neutral") => new(SampleKind.Picture, Face(number), $"face-{number}.png", Judged(detected));

    public void Dispose()
    {
        _open.ForEach(each => each.Dispose());
        Directory.Delete(Path, recursive: true);
    }
}

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class StillClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
