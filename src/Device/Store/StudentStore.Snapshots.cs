using Cohort.Device.Recognition;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Files;

namespace Cohort.Device.Store;

public sealed partial class StudentStore
{
    /// <summary>What has an answer now.</summary>
    public Snapshot Snapshot()
    {
        lock (_gate)
        {
            return Snapshot(NewestVersion());
        }
    }

    /// <summary>What had an answer at a version.</summary>
    /// <param name="version">From 0 to the newest.</param>
    /// <exception cref="SnapshotGoneException">Samples have been erased since.</exception>
    /// <exception cref="DeviceException">There is no such version yet.</exception>
    public Snapshot Snapshot(long version)
    {
        lock (_gate)
        {
            RequireVersion(version);
            return new(Student, version, _database.Query(
                """
                SELECT s.hash, s.kind, v.emotion FROM samples s
                JOIN versions v ON v.version = (SELECT MAX(version) FROM versions WHERE sample = s.number AND version <= $version)
                WHERE v.emotion IS NOT NULL ORDER BY s.hash
                """,
                row => new SnapshotSample(
                    SampleHash.Parse(row.GetString(0)),
                    KindOf(row.GetString(1)),
                    row.GetString(2)),
                ("$version", version)));
        }
    }

    /// <summary>A snapshot's pictures, in its order, as a model takes them.</summary>
    /// <param name="snapshot">Of this student.</param>
    /// <param name="heldOut">Those that are kept from training, or those that are trained on.</param>
    /// <param name="shape">A grey square.</param>
    /// <param name="classes">The model's; samples of other emotions are left out.</param>
    /// <exception cref="SnapshotGoneException">Samples have been erased since.</exception>
    /// <exception cref="DeviceException">A picture's bytes are damaged.</exception>
    public ISampleSet Pictures(Snapshot snapshot, bool heldOut, ImageShape shape, IReadOnlyList<string> classes)
    {
        if (shape is not { Channels: 1 } || shape.Height != shape.Width)
        {
            throw new ArgumentException($"Picture files are read as grey squares, and not as {shape}.");
        }

        lock (_gate)
        {
            RequireVersion(snapshot.Version);
            var samples = snapshot.Usable(SampleKind.Picture, heldOut, classes);
            var pixels = new byte[checked(samples.Count * shape.Length)];
            for (var i = 0; i < samples.Count; i++)
            {
                Vision.Decode(Content(samples[i].Hash), shape.Width, pixels.AsSpan(i * shape.Length, shape.Length));
            }

            return new ImageArray(shape, classes, pixels, [.. samples.Select(sample => (byte)Feedback.LabelOf(classes, sample.Emotion))]);
        }
    }

    /// <summary>A snapshot's texts, in its order.</summary>
    /// <inheritdoc cref="Pictures"/>
    public ISampleSet Texts(Snapshot snapshot, bool heldOut, IReadOnlyList<string> classes)
    {
        lock (_gate)
        {
            RequireVersion(snapshot.Version);
            var samples = snapshot.Usable(SampleKind.Text, heldOut, classes);
            return new TextArray(
                classes,
                [.. samples.Select(sample => SampleText.Of(Content(sample.Hash)))],
                [.. samples.Select(sample => (byte)Feedback.LabelOf(classes, sample.Emotion))]);
        }
    }

    /// <summary>A snapshot's samples of the kind that a model takes, in its order.</summary>
    /// <inheritdoc cref="Pictures"/>
    public ISampleSet Samples(Snapshot snapshot, bool heldOut, ModelFile model)
        => model.Text is null ? Pictures(snapshot, heldOut, model.Picture, model.Classes) : Texts(snapshot, heldOut, model.Classes);

    private long NewestVersion() => _database.Number("SELECT COALESCE(MAX(version), 0) FROM versions");

    private void RequireVersion(long version)
    {
        var erased = _database.Number("SELECT COALESCE(MAX(version), 0) FROM versions WHERE sample IS NULL");
        var newest = NewestVersion();
        if (version > newest || version < 0)
        {
            throw new DeviceException($"{Student}'s feedback has no version {version}; its newest is {newest}.");
        }

        if (version < erased)
        {
            throw new SnapshotGoneException($"Version {version} of {Student}'s feedback cannot be trained on any more: samples of it have been erased since; "
                + $"version {newest} can.");
        }
    }
}
