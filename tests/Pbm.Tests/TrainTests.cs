using Cohort.Pbm.Tests.Processes;

namespace Cohort.Pbm.Tests;

/// <summary><c>pbm train</c>: a plan's network, with all data in one place.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly string _plan;

    public TrainTests() => _plan = _place.Write("faces.json", Plans.Faces);

    public void Dispose() => _place.Dispose();

    [Fact]
    public void It_trains_a_model_that_can_be_measured_and_says_how_good_it_is()
    {
        var text = _place.Does("train", _plan, "--epochs", "4");
        text.ShouldContain("4 epochs of cnn2-small over all samples in one place.");
        text.ShouldContain("epoch 4: train loss");
        text.ShouldContain("synthetic avatar faces");

        var result = _place.Json("train", _plan, "--epochs", "4");
        ((int)result["epochs"]!).ShouldBe(4);
        ((long)result["samplePasses"]!).ShouldBe(0, "all epochs were trained before");
        ((bool)result["stopped"]!).ShouldBeFalse();
        ((double)result["accuracy"]!).ShouldBeGreaterThan(1.0 / 7);
        result["classes"]!.AsArray().Count.ShouldBe(7);

        var model = (string)result["modelHash"]!;
        ((string)_place.Json("model", "show", model)["model"]!).ShouldBe(model);
        var again = _place.Json("train", _plan, "--epochs", "4", "--fresh");
        ((string)again["modelHash"]!).ShouldBe(model);
        ((long)again["samplePasses"]!).ShouldBe(4 * 6 * 16);
        ((string)_place.Json("train", _plan, "--epochs", "4", "--seed", "8")["modelHash"]!).ShouldNotBe(model, StringComparer.Ordinal);
    }

    [Fact]
    public void A_training_that_was_interrupted_continues_to_the_same_model()
    {
        var expected = (string)_place.Json("train", _plan, "--epochs", "60", "--fresh")["modelHash"]!;
        Directory.Delete(Path.Combine(_place.Home, "central"), recursive: true);

        var interrupted = PbmProcess.Start(_place, "train", _plan, "--epochs", "60");
        interrupted.WaitFor("epoch 2:");
        interrupted.Interrupt();
        var outcome = interrupted.WaitForExit();
        outcome.ExitCode.ShouldBe(130, outcome.ToString());
        outcome.Output.ShouldContain("Stopped. The same command continues.");

        var killed = PbmProcess.Start(_place, "train", _plan, "--epochs", "60");
        killed.WaitFor("epoch ");
        killed.Kill();

        var continued = _place.Does("train", _plan, "--epochs", "60");
        continued.ShouldMatch("Continuing with epoch [0-9]+ of 60|All 60 epochs were trained before");
        ((string)_place.Json("train", _plan, "--epochs", "60")["modelHash"]!).ShouldBe(expected);
    }

    [Theory]
    [InlineData("--epochs", "0", "--epochs takes 1 to 100,000.")]
    [InlineData("--data", "nowhere", "leave --data out")]
    public void What_cannot_be_is_refused(string option, string value, string expected)
        => _place.Refuses("train", _plan, option, value).ShouldContain(expected);

    [Fact]
    public void A_plan_that_protects_records_is_refused()
        => _place.Refuses("train", _place.Write("records.json", Plans.Records())).ShouldContain("training.recordPrivacy.clip");
}
