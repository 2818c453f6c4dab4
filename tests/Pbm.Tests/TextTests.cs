using Cohort.Federation;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary>Texts go wherever pictures go, or are refused with a sentence.</summary>
public sealed class TextTests : IDisposable
{
    private const int Students = 6;

    private readonly Workplace _place = new();
    private readonly string _data;

    public TextTests()
    {
        _data = _place.PathOf("messages");
        Directory.CreateDirectory(_data);
        File.WriteAllText(Path.Combine(_data, "train.csv"), Rows(120, first: 0));
        File.WriteAllText(Path.Combine(_data, "test.csv"), Rows(60, first: 1_000));
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_set_of_texts_is_shown_imported_and_listed()
    {
        var shown = _place.Does("data", "show", _data);
        shown.ShouldContain("Texts of up to 4096 bytes. Who wrote which is not known.");
        shown.ShouldContain("A training text has 5 to 5 words");
        shown.ShouldContain("happy: what a lovely day 0");
        ((int)_place.Json("data", "show", _data)["texts"]!["words"]!["longest"]!).ShouldBe(5);

        _place.Does("data", "import", _data, "--name", "kept").ShouldContain("Imported as kept");
        ((string)_place.Json("data", "list")["sets"]![0]!["kind"]!).ShouldBe("text");
        _place.Does("data", "list").ShouldContain("texts, up to 4096");
        _place.Refuses("data", "show", _data, "--sheet", "sheet.png").ShouldContain("This needs pictures, and the samples are texts");
    }

    [Fact]
    public void Texts_are_trained_measured_and_predicted_and_the_same_set_imported_gives_the_same_model()
    {
        var plan = _place.Write("texts.json", Plan());
        var result = _place.Json("run", plan, "--data", _data, "--slots", "2");
        ((double)result["accuracy"]!).ShouldBeGreaterThan(0.9);
        var model = (string)result["modelHash"]!;

        _place.Does("model", "eval", model).ShouldContain("accuracy");
        _place.Does("model", "show", model).ShouldContain("64 tokens in 500 buckets; 1-2 words, 3-4 letters");
        ((int)_place.Json("model", "show", model)["text"]!["buckets"]!).ShouldBe(500);
        _place.Does("model", "predict", model, "--text", "what a lovely day").ShouldContain("what a lovely day: happy");
        _place.Write("lines.txt", "so sad and alone\n\nwhat a lovely day\n");
        var read = _place.Json("model", "predict", model, "--lines", "lines.txt")["texts"]!.AsArray();
        read.Select(text => (string)text!["label"]!).ShouldBe(["sad", "happy"]);

        _place.Does("data", "import", _data, "--name", "kept");
        _place.Train(plan, "--data", "kept", "--slots", "1", "--fresh").ShouldBe(model);
        _place.Json("train", plan, "--data", "kept", "--epochs", "2")["accuracy"].ShouldNotBeNull();
    }

    /// <summary>Algorithm 1 of McMahan et al. 2017 in a loop, without actors, groups or messages.</summary>
    [Theory]
    [InlineData("text-bag")]
    [InlineData("text-cnn")]
    public void Actors_in_groups_give_the_model_that_a_plain_loop_over_all_students_gives(string network)
    {
        var text = Plan(network, rounds: 3);
        var hash = _place.Train(_place.Write("texts.json", text), "--data", _data, "--slots", "2");
        var made = ModelFile.Read(Directory.EnumerateFiles(_place.Home, hash + ".safetensors", SearchOption.AllDirectories).Single());

        var plan = Model.Plans.Plan.Parse(text, "the test");
        var population = Population.Create(plan, PlannedData.Load(plan, _data).Data);
        var (spec, grid) = (population.NetworkOf(plan), new FixedPointGrid(plan.Privacy.FractionBits));
        var model = InitialModel.Create(spec, (ulong)plan.Seed).Parameters;
        using var trainer = new LocalTrainer(spec, "cpu");
        for (var round = 1; round <= 3; round++)
        {
            var (sum, weights, update) = (new long[model.Length], 0L, new float[model.Length]);
            for (var student = 0; student < Students; student++)
            {
                trainer.Train(model, population, plan.Training, population.EncodingOf(plan), new((ulong)plan.Seed, round, 1, student), update);
                var quantised = new int[update.Length];
                grid.Quantise(update, quantised);
                var weight = population.WeightOf(student, plan);
                weights += weight;
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += (long)weight * quantised[i];
                }
            }

            FederatedAveraging.Apply(model, sum, weights, grid, 1, model);
        }

        made.Parameters.ShouldBe(model);
    }

    [Fact]
    public void A_round_of_texts_is_trained_again_from_its_record_bit_for_bit_under_masks_too()
    {
        var plain = _place.Train(_place.Write("plain.json", Plan(rounds: 3, more: "\"privacy\": { \"clip\": 5 },")), "--data", _data);
        var masked = _place.Train(
            _place.Write("masked.json", Plan(rounds: 3, more: "\"privacy\": { \"clip\": 5, \"secureAggregation\": true },")), "--data", _data);
        var (one, other) = (Parameters(plain), Parameters(masked));
        one.ShouldBe(other);
    }

    [Fact]
    public void Groups_personal_models_and_the_membership_audit_work_on_texts()
    {
        var plan = _place.Write("texts.json", Plan(more: "\"personalisation\": { \"method\": \"fineTune\" },", holdOut: 0.3));
        _place.Does("groups", "show", plan, "--data", _data).ShouldContain("6 students with");
        var model = _place.Train(plan, "--data", _data);
        _place.Does("model", "personalise", model, "--data", _data).ShouldContain("personal");
        _place.Does("audit", "membership", model, "--data", _data).ShouldContain("shadow models");
        _place.Refuses("audit", "inversion", model, "--data", _data).ShouldContain("takes texts, and this needs one that takes pictures");
    }

    [Fact]
    public void What_texts_cannot_do_is_refused_with_a_sentence()
    {
        var plan = _place.Write("texts.json", Plan());
        var model = _place.Train(plan, "--data", _data);
        _place.Refuses("model", "predict", model, "face.png").ShouldContain("give them by --text, or --lines");
        _place.Refuses("model", "predict", model, "--text", " ").ShouldContain("The text is empty");
        _place.Refuses("model", "predict", model, "--text", new string('a', 5_000)).ShouldContain("more than the 4096 bytes");
        _place.Refuses("model", "predict", model, "--lines", "nowhere.txt").ShouldContain("There is no file 'nowhere.txt'");
        _place.Refuses("model", "predict").ShouldContain("is given nothing to recognise");
        _place.Refuses("run", _place.Write("faces.json", Plans.Reading("folder")), "--data", _data)
            .ShouldContain("which takes no texts, and the data are texts; take text-bag or text-cnn, or other data");

        var records = Plan(more: "", training: "\"recordPrivacy\": { \"clip\": 1 }, ");
        var refused = _place.Pbm("run", _place.Write("records.json", records), "--data", _data);
        refused.ExitCode.ShouldNotBe(0);
        refused.ToString().ShouldContain("DP-SGD knows no per-sample gradient of 'tokens', a EmbeddingBag");
    }

    private float[] Parameters(string hash)
        => ModelFile.Read(Directory.EnumerateFiles(_place.Home, hash + ".safetensors", SearchOption.AllDirectories).Single()).Parameters;

    private static string Rows(int count, int first) => "text,emotion\n" + string.Concat(Enumerable.Range(first, count).Select(i => (i % 2) switch
    {
        0 => $"what a lovely day {i},joy\n",
        _ => $"\"so sad, alone {i}\",sadness\n",
    }));

    private static string Plan(
        string network = "text-bag", int rounds = 8, string more = "", string training = "", double holdOut = 0) => $$"""
        {
          "name": "texts",
          "seed": 3,
          "network": "{{network}}",
          "data": { "set": "text", "text": { "buckets": 500, "mostTokens": 64, "mostCharacters": 4 } },
          "students": { "count": {{Students}}, "partition": "iid", "holdOut": {{holdOut.ToString(System.Globalization.CultureInfo.InvariantCulture)}} },
          "groups": { "count": 2 },
          "training": { {{training}}"learningRate": 2, "epochs": 2, "batchSize": 5 },
          {{more}}
          "rounds": { "count": {{rounds}} },
          "evaluation": { "everyRounds": 4 }
        }
        """;
}
