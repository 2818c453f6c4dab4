using Cohort.Model.Data;
using Cohort.Model.Faces;
using Cohort.Model.Networks;
using Cohort.Model.Training;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm.Predicting;

/// <summary>A model that looks at files, one after the other.</summary>
internal sealed class PicturePredictions : IDisposable
{
    /// <summary>Rows of a CSV that the network sees at once.</summary>
    private const int Batch = 64;

    private readonly string _model;
    private readonly IReadOnlyList<string> _classes;
    private readonly NetworkSpec _network;
    private readonly ImageShape _shape;
    private readonly Predictor _predictor;
    private readonly FaceSearch _search;
    private FaceDetector? _detector;

    /// <exception cref="CommandException">The model takes no grey squares.</exception>
    /// <exception cref="DataFormatException">Every picture shall be searched, and no detector is installed.</exception>
    public PicturePredictions(NamedModel model, FaceSearch search)
    {
        _network = model.Network();
        _shape = _network.Input is ImageShape { Channels: 1 } shape && shape.Height == shape.Width ? shape : throw new CommandException(
            $"Model {model.Hash.Short} takes {model.File.Samples.Describe()}; "
            + (model.File.Text is null ? "picture files are read as grey squares." : "give them by --text, or --lines."));
        (_model, _classes, _search) = (model.Hash.ToString(), model.File.Classes, search);
        _detector = search == FaceSearch.Detect ? FaceDetector.Open() : null;
        _predictor = new Predictor(_network, model.File.Parameters, model.Encoding);
    }

    /// <summary>What is in a file: one answer for a picture, one for each row of a CSV. A file that cannot be read is an answer too.</summary>
    public IEnumerable<PredictedPicture> In(PictureSource source)
    {
        try
        {
            return source.IsCsv ? Rows(source) : [Picture(source)];
        }
        catch (DataFormatException problem)
        {
            return [new(_model, source.Path, 0, 0, [], problem.Message)];
        }
    }

    public void Dispose()
    {
        _predictor.Dispose();
        _detector?.Dispose();
    }

    private PredictedPicture Picture(PictureSource source)
    {
        var file = Vision.ReadFile(source.Path);
        Picture picture;
        var pixels = new byte[_shape.Length];
        try
        {
            picture = Vision.Open(file);
            if (!_search.Searches(picture))
            {
                // As data sets are read, so that a picture of one gets the answer that an evaluation counts.
                Vision.Decode(file, _shape.Width, pixels);
                return new(_model, source.Path, picture.Width, picture.Height, [Face(null, _predictor.Probabilities(pixels))]);
            }
        }
        catch (DataFormatException problem)
        {
            throw new DataFormatException($"'{source.Path}' cannot be read as a picture: {problem.Message.TrimEnd('.')}.", problem);
        }

        _detector ??= FaceDetector.Open();
        var faces = new List<PredictedFace>();
        foreach (var box in _detector.Find(picture))
        {
            Vision.Crop(picture, box, _shape.Width, pixels);
            faces.Add(Face(box, _predictor.Probabilities(pixels)));
        }

        return new(_model, source.Path, picture.Width, picture.Height, faces);
    }

    private IEnumerable<PredictedPicture> Rows(PictureSource source)
    {
        var rows = Fer2013Csv.ReadPixels(source.Path, out _);
        return rows.Shape == _shape
            ? Rows(source, rows)
            : throw new DataFormatException($"'{source.Path}' holds pictures of {rows.Shape}, and the model takes {_shape}.");
    }

    private IEnumerable<PredictedPicture> Rows(PictureSource source, ImageArray rows)
    {
        var pixels = new byte[Batch * rows.Shape.Length];
        for (var first = 0; first < rows.Count; first += Batch)
        {
            var count = Math.Min(Batch, rows.Count - first);
            for (var i = 0; i < count; i++)
            {
                rows.CopySample(first + i, pixels.AsSpan(i * rows.Shape.Length, rows.Shape.Length));
            }

            foreach (var (i, probabilities) in _predictor.Probabilities(pixels.AsSpan(0, count * rows.Shape.Length), count).Index())
            {
                var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{source.Path}#{first + i + 1}");
                yield return new(_model, name, rows.Shape.Width, rows.Shape.Height, [Face(null, probabilities)]);
            }
        }
    }

    private PredictedFace Face(FaceBox? box, double[] probabilities) => PredictedFace.Of(box, _classes, probabilities);
}
