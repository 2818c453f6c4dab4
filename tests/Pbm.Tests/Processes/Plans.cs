using System.Globalization;

namespace Cohort.Pbm.Tests.Processes;

/// <summary>Plans small enough for tests.</summary>
internal static class Plans
{
    /// <summary>Six students' avatar faces, a convolutional network, ten rounds of all of them in two groups.</summary>
    public const string Faces = """
        {
          "name": "faces",
          "seed": 3,
          "network": "cnn2-small",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 16, "testStudents": 6 } },
          "students": { "count": 6, "partition": "byPerson" },
          "groups": { "count": 2, "method": "balanced" },
          "training": { "optimizer": "sgd", "learningRate": 0.05, "momentum": 0.9, "epochs": 2, "batchSize": 8,
            "augmentation": { "mirror": true, "shift": 2 } },
          "rounds": { "count": 10, "clientFraction": 0.7 },
          "evaluation": { "everyRounds": 5 }
        }
        """;

    /// <summary>A hundred students under noise that follows from the seed, so that two runs can be compared.</summary>
    /// <param name="privacy">More fields of the plan's privacy section, each with a comma behind it.</param>
    /// <param name="rounds">How many.</param>
    public static string Private(string privacy = "", int rounds = 8) => $$"""
        {
          "name": "private",
          "seed": 3,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 4, "testStudents": 6 } },
          "students": { "count": 100, "partition": "byPerson" },
          "groups": { "count": 2, "method": "balanced" },
          "training": { "learningRate": 0.02, "batchSize": 4 },
          "rounds": { "count": {{rounds}}, "clientFraction": 0.2, "cohorts": "poisson" },
          "privacy": { {{privacy}} "clip": 0.5, "noiseMultiplier": 1.0, "noise": "seeded" },
          "evaluation": { "everyRounds": 4 }
        }
        """;

    /// <summary>Nine students of eight faces each, who train by DP-SGD; no noise on their updates.</summary>
    /// <param name="fraction">C.</param>
    /// <param name="privacy">The plan's privacy section.</param>
    public static string Records(double fraction = 1, string privacy = "{}") => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "name": "records",
          "seed": 5,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 8, "testStudents": 2 } },
          "students": { "count": 9, "partition": "byPerson" },
          "groups": { "count": 2 },
          "training": { "batchSize": 2, "recordPrivacy": { "clip": 1, "noiseMultiplier": 1.5 } },
          "rounds": { "count": 4, "clientFraction": {{fraction}} },
          "privacy": {{privacy}}
        }
        """);

    /// <summary>Nine students in two groups, whose updates are clipped, and masked or not.</summary>
    public static string Clipped(bool secure, int rounds = 4, double dropout = 0, int students = 9, string mode = "") => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "name": "clipped",
          "seed": 5,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 8, "testStudents": 2 } },
          "students": { "count": {{students}}, "partition": "byPerson", "dropout": {{dropout}} },
          "groups": { "count": 2 },
          "rounds": { "count": {{rounds}}, "deadlineSeconds": 8{{mode}} },
          "privacy": { "clip": 0.5, "secureAggregation": {{(secure ? "true" : "false")}}, "secureAggregationThreshold": 0.51 }
        }
        """);

    /// <summary>Six students whose classes differ, trained by one algorithm, their updates compressed.</summary>
    public static string Compressed(string algorithm, string compression) => $$"""
        {
          "name": "compressed",
          "seed": 5,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 8, "testStudents": 2 } },
          "students": { "count": 6, "partition": "dirichlet" },
          "groups": { "count": 2 },
          "training": { "algorithm": "{{algorithm}}", "momentum": 0.5, "epochs": 2, "batchSize": 3 },
          "rounds": { "count": 3 },
          "compression": { "method": "{{compression}}"{{(compression is "quantise" ? ", \"bits\": 4" : "")}} }
        }
        """;

    /// <summary>Six students, half of whom a round asks, who remember something of the rounds before, or began before the last.</summary>
    public static string Remembering(string what, string network = "logistic") => $$"""
        {
          "name": "remembering",
          "seed": 5,
          "network": "{{network}}",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 24, "testStudents": 2 } },
          "students": { "count": 6, "partition": "dirichlet" },
          "groups": { "count": 2 },
          "training": { "algorithm": "{{(what is "scaffold" or "fedPer" ? what : "fedAvg")}}", "epochs": 2, "batchSize": 3 },
          "rounds": { "count": 40, "clientFraction": 0.5{{(what is "fedBuff" ? ", \"mode\": \"fedBuff\", \"concurrency\": 3" : "")}} },
          "compression": { "method": "{{(what is "scaffold" or "fedPer" ? "none" : "topK")}}"{{(what is "errorFeedback" ? ", \"errorFeedback\": true" : "")}} },
          "evaluation": { "everyRounds": 100 }
        }
        """;

    /// <summary>Nine students in two groups, who draw the noise in shares and mask their updates; seeded, so that runs can be compared.</summary>
    public static string Drawn(int rounds = 4) => $$"""
        {
          "name": "drawn",
          "seed": 5,
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 4, "testStudents": 2 } },
          "students": { "count": 9, "partition": "byPerson" },
          "groups": { "count": 2 },
          "rounds": { "count": {{rounds}} },
          "privacy": { "mechanism": "distributed", "clip": 0.5, "noiseMultiplier": 1, "noise": "seeded", "secureAggregation": true },
          "evaluation": { "everyRounds": 10 }
        }
        """;

    /// <summary>As many rounds as nobody waits for.</summary>
    public const string Endless = """
        {
          "name": "endless",
          "network": "logistic",
          "data": { "set": "avatars", "avatars": { "samplesPerStudent": 4, "testStudents": 2 } },
          "students": { "count": 4, "partition": "byPerson" },
          "groups": { "count": 2 },
          "rounds": { "count": 1000000 },
          "evaluation": { "everyRounds": 1000 }
        }
        """;

    /// <summary>Logistic regression on whatever lies at --data.</summary>
    public static string Reading(string set) => $$"""
        {
          "name": "reading",
          "network": "logistic",
          "data": { "set": "{{set}}" },
          "students": { "count": 5, "partition": "dirichlet", "alpha": 0.5 },
          "groups": { "count": 2 },
          "training": { "learningRate": 0.01, "batchSize": 4 },
          "rounds": { "count": 3 }
        }
        """;
}
