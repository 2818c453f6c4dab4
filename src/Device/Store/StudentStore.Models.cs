using System.Runtime.InteropServices;
using Cohort.Device.Personal;
using Cohort.Device.Recognition;
using Cohort.Model.Files;

namespace Cohort.Device.Store;

public sealed partial class StudentStore
{
    private const string ModelColumns = "hash, kind, network, round, source, added, state FROM models";

    private const string PersonalColumns
        = "hash, kind, global, version, method, trained, held_out, global_correct, personal_correct, only_global, only_personal, added FROM personal_models";

    /// <summary>The global models on the device, the newest last.</summary>
    public IReadOnlyList<StoredModel> Models()
    {
        lock (_gate)
        {
            return _database.Query($"SELECT {ModelColumns} ORDER BY added, hash", Model);
        }
    }

    /// <summary>The global model that is used; null where there is none yet.</summary>
    public StoredModel? CurrentModel(SampleKind kind) => Models().FirstOrDefault(model => model.IsCurrent && model.Kind == kind);

    /// <summary>The student's own model; null where there is none.</summary>
    public StoredPersonalModel? PersonalModel(SampleKind kind)
    {
        lock (_gate)
        {
            return _database.Query($"SELECT {PersonalColumns} WHERE kind = $kind", Personal, ("$kind", Word(kind))).FirstOrDefault();
        }
    }

    /// <summary>
    /// What judges this student's samples: the own model where it did better on what was held out and began with the current global one, else
    /// that.
    /// </summary>
    /// <exception cref="DeviceException">There is no model yet.</exception>
    /// <exception cref="ModelFileException">Its file is gone or damaged.</exception>
    public (ModelFile Model, bool IsPersonal) ModelInUse(SampleKind kind)
    {
        var global = CurrentModel(kind) ?? throw new DeviceException(
            $"{Student} has no model for {Word(kind)}s on this device yet; fetch one with pbm student update --id {Student} --cluster URL, or name a file with --model.");
        return PersonalModel(kind) is { Comparison.IsBetter: true } own && own.Global == global.Hash
            ? (LoadModel(own.Hash), true)
            : (LoadModel(global.Hash), false);
    }

    /// <exception cref="ModelFileException">The file is gone or damaged.</exception>
    public ModelFile LoadModel(ModelHash hash) => ModelFile.Read(PathOf(hash));

    /// <summary>Where a model's bytes may be gathered while it is fetched; what stands there is continued, and is no model before it is whole.</summary>
    public string PathOfPart(ModelHash hash) => PathOf(hash) + DurableFile.PartSuffix;

    /// <summary>
    /// Puts a model in use once it has answered a probe: its bytes have its hash, its tensors are its network's, its probabilities are some.
    /// Before that nothing changes. The one used until then stays on the device, those before it go.
    /// </summary>
    /// <param name="bytes">A whole file.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="expected">The hash it has to have; null for whichever it has.</param>
    /// <exception cref="ModelFileException">The model does not answer; the old one stays in use.</exception>
    /// <exception cref="StorageException">It cannot be written; the old one stays in use.</exception>
    public StoredModel Adopt(byte[] bytes, string source, ModelHash? expected = null)
    {
        var hash = ModelHash.Of(bytes);
        if (expected is { } wanted && hash != wanted)
        {
            throw new ModelFileException($"{source}: what came as model {wanted.Short} has the hash {hash.Short}; it was damaged or cut short. The model used so far stays.");
        }

        var file = ModelFile.Parse(bytes, source);
        using (var recogniser = Recogniser.Open(file))
        {
            recogniser.Probe();
        }

        lock (_gate)
        {
            DurableFile.Write(PathOf(hash), stream => stream.Write(bytes));
            var kind = Word(Recogniser.KindOf(file));
            _database.Together(() =>
            {
                _database.Execute(
                    "DELETE FROM models WHERE kind = $kind AND state = 'kept' AND hash <> $hash AND EXISTS (SELECT 1 FROM models WHERE kind = $kind AND state = 'current' AND hash <> $hash)",
                    ("$kind", kind),
                    ("$hash", hash.ToString()));
                _database.Execute("UPDATE models SET state = 'kept' WHERE kind = $kind AND hash <> $hash", ("$kind", kind), ("$hash", hash.ToString()));
                return _database.Execute(
                    """
                    INSERT INTO models (hash, kind, network, round, source, added, state) VALUES ($hash, $kind, $network, $round, $source, $added, 'current')
                    ON CONFLICT (hash) DO UPDATE SET state = 'current', source = excluded.source, added = excluded.added
                    """,
                    ("$hash", hash.ToString()),
                    ("$kind", kind),
                    ("$network", file.Network),
                    ("$round", file.Round),
                    ("$source", source),
                    ("$added", Now()));
            });
            DeleteStrayModels();
            return Models().Single(model => model.Hash == hash);
        }
    }

    /// <summary>Keeps a personal model instead of the one before it.</summary>
    /// <param name="model">Trained on this device.</param>
    /// <param name="version">The version of the feedback that it was trained on.</param>
    /// <param name="method">How it was trained.</param>
    /// <param name="comparison">How it did.</param>
    /// <exception cref="SnapshotGoneException">Samples that it may have been trained on have been erased since.</exception>
    public StoredPersonalModel KeepPersonal(ModelFile model, long version, string method, Comparison comparison)
    {
        lock (_gate)
        {
            RequireVersion(version);
            var kind = Recogniser.KindOf(model);
            DurableFile.Write(PathOf(model.Hash), stream =>
            {
                stream.Write(model.Header());
                stream.Write(MemoryMarshal.AsBytes<float>(model.Parameters));
            });
            _database.Execute(
                """
                INSERT INTO personal_models
                    (hash, kind, global, version, method, trained, held_out, global_correct, personal_correct, only_global, only_personal, added)
                VALUES ($hash, $kind, $global, $version, $method, $trained, $held, $globalCorrect, $personalCorrect, $onlyGlobal, $onlyPersonal, $added)
                ON CONFLICT (kind) DO UPDATE SET hash = excluded.hash, global = excluded.global, version = excluded.version, method = excluded.method,
                    trained = excluded.trained, held_out = excluded.held_out, global_correct = excluded.global_correct,
                    personal_correct = excluded.personal_correct, only_global = excluded.only_global, only_personal = excluded.only_personal,
                    added = excluded.added
                """,
                ("$hash", model.Hash.ToString()),
                ("$kind", Word(kind)),
                ("$global", model.Parent!.Value.ToString()),
                ("$version", version),
                ("$method", method),
                ("$trained", comparison.Trained),
                ("$held", comparison.HeldOut),
                ("$globalCorrect", comparison.GlobalCorrect),
                ("$personalCorrect", comparison.PersonalCorrect),
                ("$onlyGlobal", comparison.OnlyGlobal),
                ("$onlyPersonal", comparison.OnlyPersonal),
                ("$added", Now()));
            DeleteStrayModels();
            return PersonalModel(kind)!;
        }
    }

    /// <summary>Deletes model files that no row names: what a process that died between the two has left, or what is not kept any more.</summary>
    private void DeleteStrayModels()
    {
        var known = _database.Query("SELECT hash FROM models UNION SELECT hash FROM personal_models", row => row.GetString(0)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Folder.Models, "*" + ModelFile.Extension).ToList())
        {
            if (!known.Contains(Path.GetFileNameWithoutExtension(file)))
            {
                File.Delete(file);
            }
        }
    }

    private static StoredModel Model(System.Data.Common.DbDataReader row) => new(
        ModelHash.Parse(row.GetString(0)), KindOf(row.GetString(1)), row.GetString(2), row.GetInt32(3), row.GetString(4), Time(row.GetString(5)),
        string.Equals(row.GetString(6), "current", StringComparison.Ordinal));

    private static StoredPersonalModel Personal(System.Data.Common.DbDataReader row) => new(
        ModelHash.Parse(row.GetString(0)),
        KindOf(row.GetString(1)),
        ModelHash.Parse(row.GetString(2)),
        row.GetInt64(3),
        row.GetString(4),
        new(row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8), row.GetInt32(9), row.GetInt32(10)),
        Time(row.GetString(11)));
}
