using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cohort.Model.Data;
using Cohort.Model.Files;

namespace Cohort.Model.Export;

/// <summary>
/// A model card as Markdown, in the sections of Mitchell et al. 2019 and with the front matter that Hugging Face's hub reads. What people
/// wrote (names, licences) is escaped, so that it cannot become markup.
/// </summary>
public static class ModelCardText
{
    public const string Extension = ".card.md";

    private static readonly JsonSerializerOptions Yaml = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var text = new StringBuilder();
        FrontMatter(text, card);
        Details(text, card);
        Use(text, card);
        Training(text, card);
        Privacy(text, card);
        Evaluation(text, card);
        Gaps(text, card);
        Caveats(text, card);
        Licence(text, card);
        Verifying(text, card);
        return text.ToString();
    }

    /// <summary>Text that means itself in Markdown, on one line and in a cell of a table.</summary>
    internal static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            escaped.Append(letter switch
            {
                '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '#' or '!' or '|' or '~' or '$' => $"\\{letter}",
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                _ when char.IsControl(letter) => " ",
                _ => letter.ToString(),
            });
        }

        return escaped.ToString();
    }

    // A JSON string is a YAML string.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Yaml);

    private static void FrontMatter(StringBuilder text, ModelCard card)
    {
        text.Append("---\n");
        if (card.Licence is { } licence)
        {
            text.Append(Row($"license: {Quoted(licence)}\n"));
        }

        text.Append($"pipeline_tag: {Task(card)}\ntags:\n{(card.IsCentral ? "" : "- federated-learning\n")}");
        if (IsOfEmotions(card))
        {
            text.Append("- emotion-recognition\n");
        }

        if (card.Format is "onnx")
        {
            text.Append("- onnx\n");
        }

        if (card.Figures is { } figures)
        {
            text.Append(Row($"model-index:\n- name: {Quoted($"cohort-{card.Model[..12]}")}\n  results:\n  - task:\n      type: {Task(card)}\n"));
            text.Append(Row($"    dataset:\n      name: {Quoted(Named(figures.Data, figures.IsSynthetic))}\n      type: {Quoted(figures.Data)}\n    metrics:\n"));
            foreach (var figure in figures.Values)
            {
                text.Append(Row($"    - type: {Quoted(figure.Name)}\n      value: {figure.Value:0.####}\n"));
            }
        }

        text.Append("---\n\n");
    }

    private static void Details(StringBuilder text, ModelCard card)
    {
        var kind = card.Plan.Length == 0 ? "imported into Cohort"
            : card.IsCentral ? "trained with Cohort with all samples in one place"
            : "trained with Cohort by hierarchical federated averaging";
        text.Append(Row($"# {(IsOfEmotions(card) ? "Emotion recogniser" : "Classifier")} {card.Model[..12]}\n\nA {Escaped(card.Network)} network, {kind}.\n\n## Model details\n\n"));
        Table(text, ["what", "value"],
        [
            ["model", Code(card.Model)],
            ["file", $"{Code(card.File)} ({card.Format})"],
            ["network", Row($"{Escaped(card.Network)}, {card.Parameters:N0} parameters")],
            ["input", Escaped(card.Input)],
            ["output", $"one logit for each of {string.Join(", ", card.Classes.Select(Escaped))}{(card.Format is "onnx" ? ", and their softmax" : "")}"],
            ["plan", card.Plan.Length == 0 ? "none" : Escaped(card.Plan)],
            ["round", Row($"{card.Round}")],
        ]);
    }

    private static void Use(StringBuilder text, ModelCard card)
    {
        text.Append("## Intended use\n\n");
        if (!IsOfEmotions(card))
        {
            text.Append("It says which of its classes a " + card.Kind + " resembles most. It was trained to try methods of federated learning.\n\n");
            return;
        }

        text.Append(
            (card.Kind is "picture"
                ? "It says which of its classes the expression of one face in one small grey picture resembles most. Faces have to be cut out before. "
                : "It says which of its classes the words of a short text resemble most. ")
            + "It is meant for feedback to the person who is in the picture or has written the text, who can correct it, and for research.\n\n"
            + "Out of scope: decisions about people (grades, admission, hiring, discipline, policing), watching people who have not agreed, and "
            + "statements about what somebody feels. An expression is not a feeling (Barrett et al. 2019), and at work and in education the "
            + "European Union's AI Act (Regulation 2024/1689, article 5) prohibits inferring emotions from faces and voices, medical and safety reasons excepted.\n\n");
    }

    private static void Training(StringBuilder text, ModelCard card)
    {
        text.Append("## Training data and procedure\n\n");
        if (card.Training is not { } training)
        {
            text.Append("Not known: no run in the ledger that this card was written from has made the model.\n\n");
            return;
        }

        Table(text, ["what", "value"],
        [
            ["data", Escaped(Named(training.Data, training.IsSynthetic))],
            ["digest of its samples", Code(training.DataDigest)],
            ["students", Row($"{training.Students:N0} (partition {training.Partition}); the updates of {training.TookPart:N0} are in the model")],
            ["groups", Row($"{training.Groups:N0}, {training.Grouping}")],
            ["rounds", Row($"{card.Round:N0}, a fraction {training.ClientFraction:0.####} of the students in each")],
            ["algorithm", Row($"{training.Algorithm} on students, {training.ServerOptimizer} on the server, rule {training.Rule}")],
            ["a student's training", Row($"{training.Epochs} epochs of batches of {training.BatchSize}, learning rate {training.LearningRate:0.######}")],
        ]);
        text.Append(training.IsSynthetic
            ? "The samples are generated, not recorded: what it has learned says nothing about real people.\n\n"
            : "");
    }

    private static void Privacy(StringBuilder text, ModelCard card)
    {
        text.Append(Row($"## Privacy\n\nEpsilon: **{Escaped(card.Epsilon)}**. The unit is a student: all samples of one student, in or out of the training.\n"));
        text.Append(card.Training is { Mechanism: { } mechanism, Clip: { } clip } training
            ? Row($"Updates were clipped to an L2 norm of {clip:0.####}; {mechanism} noise of {training.NoiseMultiplier:0.####} times that was added.\n\n")
            : string.Equals(card.Epsilon, ModelFile.NotAccounted, StringComparison.Ordinal)
                ? "No differential privacy bounds what the model tells of a student.\n\n"
                : "\n");
    }

    private static void Evaluation(StringBuilder text, ModelCard card)
    {
        text.Append("## Evaluation\n\n");
        if (card.Figures is not { } figures)
        {
            text.Append("Not measured for this card.\n\n");
            return;
        }

        text.Append(figures.Samples > 0
            ? Row($"On {figures.Samples:N0} test samples of {Escaped(Named(figures.Data, figures.IsSynthetic))}; in brackets 95 % bootstrap intervals.\n\n")
            : $"As the ledger has them, on the test samples of {Escaped(Named(figures.Data, figures.IsSynthetic))}.\n\n");
        Table(text, ["figure", "value"], [.. figures.Values.Select(figure => new[] { Escaped(figure.Name), Value(figure.Value, figure.Low, figure.High) })]);
        if (figures.Classes.Count > 0)
        {
            Table(
                text,
                ["class", "precision", "recall", "F1", "samples"],
                [.. figures.Classes.Select(each => new[]
                    { Escaped(each.Name), Row($"{each.Precision:F3}"), Row($"{each.Recall:F3}"), Row($"{each.F1:F3}"), Row($"{each.Samples:N0}") })]);
        }
    }

    private static void Gaps(StringBuilder text, ModelCard card)
    {
        text.Append("## Differences between people\n\n");
        if (card.Attributes is not { Count: > 0 } attributes)
        {
            text.Append("Not measured. Whether it does worse for some people than for others is not known.\n\n");
            return;
        }

        foreach (var attribute in attributes)
        {
            text.Append($"By {Escaped(attribute.Name)}: {Escaped(attribute.Sentence)}\n\n");
            if (attribute.Gaps.Count > 0)
            {
                Table(
                    text,
                    ["largest difference in", "between", "gap", "by chance"],
                    [.. attribute.Gaps.Select(gap => new[]
                    {
                        Escaped(gap.Figure), Escaped(gap.Where), Value(gap.Value, gap.Low, gap.High), gap.ByChance is { } chance ? Row($"up to {chance:F4}") : "-",
                    })]);
            }
        }
    }

    private static void Caveats(StringBuilder text, ModelCard card)
    {
        text.Append($"## Limits\n\n- Every {card.Kind} gets one of the classes, also one that shows none of them.\n");
        if (IsOfEmotions(card))
        {
            text.Append(
                "- Labels of emotions are opinions: people agree on FER2013's in about two of three pictures (Goodfellow et al. 2013).\n"
                + "- Light, pose, language, age and culture that the training data lacks make it worse, and it does not say so.\n");
        }

        text.Append(card.Figures?.IsSynthetic == true ? "- It was measured on generated samples only.\n\n" : "\n");
    }

    private static void Licence(StringBuilder text, ModelCard card) => text.Append(
        $"## Licence\n\nModel: {(card.Licence is { } model ? Escaped(model) : "not stated")}. "
        + $"Data: {(card.DataLicence is { } data ? Escaped(data) : "not stated; ask whoever holds it")}.\n\n");

    private static void Verifying(StringBuilder text, ModelCard card) => text.Append(
        $"## Verifying\n\n`sha256sum {card.File.Replace('`', '?')}` prints\n\n    {card.FileDigest}\n\n"
        + (card.Format is "onnx"
            ? $"The model it was exported from is {Code(card.Model)}: the ONNX metadata's `hash`, and the SHA-256 of its safetensors file.\n"
            : $"which is the model's name. `pbm model eval {card.Model[..12]}` measures it again.\n"));

    private static string Task(ModelCard card) => card.Kind is "picture" ? "image-classification" : "text-classification";

    private static bool IsOfEmotions(ModelCard card) => card.Classes.All(name => EmotionClasses.TryLabel(name, out _));

    private static string Named(string data, bool isSynthetic) => isSynthetic ? $"{data} (synthetic)" : data;

    private static string Value(double value, double? low, double? high)
        => low is null || high is null ? Row($"{value:F4}") : Row($"{value:F4} ({low:F4} to {high:F4})");

    private static string Code(string text) => $"`{text.Replace('`', '?').Replace('|', '?')}`";

    private static void Table(StringBuilder text, string[] head, IReadOnlyList<string[]> rows)
    {
        text.Append("| ").AppendJoin(" | ", head).Append(" |\n|").Insert(text.Length, "---|", head.Length).Append('\n');
        foreach (var row in rows)
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        text.Append('\n');
    }

    private static string Row(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
