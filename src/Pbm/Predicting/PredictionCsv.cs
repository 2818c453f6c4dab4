using System.Globalization;
using System.Text;
using Cohort.Model.Files;

namespace Cohort.Pbm.Predicting;

/// <summary>
/// A CSV file with one row for each face: image, face (from 1; 0 where the picture was taken whole), its box, label, probability, and
/// the probability of every class. A picture without a face has a row without a label.
/// </summary>
internal sealed class PredictionCsv(string path, IReadOnlyList<string> classes)
{
    private readonly StringBuilder _rows = new StringBuilder("image,face,x,y,width,height,label,probability,")
        .AppendJoin(',', classes.Select(Field)).Append('\n');

    public void Add(PredictedPicture picture)
    {
        if (picture.Faces.Count == 0)
        {
            _rows.Append(Field(picture.Image)).Append(',', 7 + classes.Count).Append('\n');
        }

        foreach (var (index, face) in picture.Faces.Index())
        {
            _rows.Append(Field(picture.Image)).Append(',').Append(face.Box is null ? 0 : index + 1).Append(',');
            _rows.Append(face.Box is { } box ? Row($"{box.X},{box.Y},{box.Width},{box.Height},") : ",,,,");
            _rows.Append(Field(face.Label)).Append(',').Append(Row($"{face.Probability:F6}"));
            foreach (var name in classes)
            {
                _rows.Append(',').Append(Row($"{face.Probabilities[name]:F6}"));
            }

            _rows.Append('\n');
        }
    }

    /// <exception cref="StorageException">It cannot be written; nothing half-written is left.</exception>
    public void Save() => DurableFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(_rows.ToString())));

    private static string Row(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Field(string text)
        => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
