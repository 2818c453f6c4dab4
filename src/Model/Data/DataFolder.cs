using System.Text.RegularExpressions;
using Cohort.Model.Files;

namespace Cohort.Model.Data;

/// <summary>
/// The folder in which a process finds data sets by name. A name comes over the network, so that it can never lead out of the
/// folder: it has neither slashes nor a leading dot.
/// </summary>
/// <param name="Path">The folder.</param>
public sealed partial record DataFolder(string Path)
{
    /// <summary>Where a data set of this name lies: a file, a folder, or a set that was imported under the name.</summary>
    /// <exception cref="DataFormatException">It is no name, or there is nothing of this name.</exception>
    public string Resolve(string name)
    {
        if (!Name().IsMatch(name))
        {
            throw new DataFormatException(
                $"'{name}' is no name of a data set: expected letters, digits, '-', '_' and '.', not beginning with '.', "
                + "and no slashes; put the data into the data folder of every member, and give its name.");
        }

        var place = System.IO.Path.Combine(Path, name);
        if (System.IO.Path.Exists(place))
        {
            return place;
        }

        var imported = place + SampleFile.Extension;
        return File.Exists(imported)
            ? imported
            : throw new DataFormatException($"There is no data set '{name}' in {Path}; copy it there.");
    }

    [GeneratedRegex(
        @"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
