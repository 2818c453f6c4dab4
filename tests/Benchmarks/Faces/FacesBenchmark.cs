using System.Diagnostics;
using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Faces;
using Cohort.Model.Tests.Faces;

namespace Cohort.Benchmarks.Faces;

/// <summary>
/// Faces found in composed pictures: <c>faces [FOLDER]</c>, a folder of cut-out faces as <c>pbm run --data</c> takes it; without one only
/// generated faces are looked for.
/// </summary>
internal static class FacesBenchmark
{
    private const int Scenes = 50;

    /// <summary>A box is a face's where it overlaps it so much; 0.5 is the custom (Everingham et al. 2010).</summary>
    private const double LeastOverlap = 0.5;

    public static int Run(string[] arguments)
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine($"{Scenes} scenes of 800x600 with 4 faces each; a face is found where a box overlaps its crop by {LeastOverlap} or more");
        if (arguments is [var folder])
        {
            var faces = ImageFolder.Read(folder);
            Measure("faces of its test half, sides 72 to 240", faces.Test, least: 72);
            Measure("faces of its training half, sides 72 to 240", faces.Train, least: 72);
        }

        Measure("generated faces (synthetic), sides 72 to 240", new AvatarFaces(1, persons: 200, samplesPerPerson: 1), least: 72);
        return 0;
    }

    private static void Measure(string name, ISampleSet faces, int least)
    {
        using var detector = FaceDetector.Open();
        var (found, wrong, overlap, time) = (0, 0, 0.0, TimeSpan.Zero);
        for (var number = 0; number < Scenes; number++)
        {
            var scene = ComposedScene.Draw(faces, number, least: least);
            var watch = Stopwatch.StartNew();
            var boxes = detector.Find(scene.Picture);
            time += watch.Elapsed;
            foreach (var face in scene.Faces)
            {
                var best = boxes.Select(face.Overlap).DefaultIfEmpty().Max();
                found += best >= LeastOverlap ? 1 : 0;
                overlap += best >= LeastOverlap ? best : 0;
            }

            wrong += boxes.Count(box => !scene.Faces.Any(face => face.Overlap(box) >= LeastOverlap));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: recall {100.0 * found / (4 * Scenes):F1} %, mean overlap {overlap / Math.Max(1, found):F3}, "
            + $"{(double)wrong / Scenes:F2} wrong boxes a scene, {time.TotalMilliseconds / Scenes:F0} ms a scene"));
    }
}
