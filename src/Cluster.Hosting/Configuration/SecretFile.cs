namespace Cohort.Hosting.Configuration;

/// <summary>A secret in a file of its own, as Docker and systemd hand them over.</summary>
public static class SecretFile
{
    /// <summary>The file's text, without the line break at its end.</summary>
    /// <param name="key">The setting that names the file, for errors.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or it is empty.</exception>
    public static string Read(string key, string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{key}: the secret cannot be read ({e.Message.TrimEnd('.')}).", e);
        }

        return text.Length > 0 ? text : throw new ConfigurationException($"{key}: {path} is empty; put the secret into it.");
    }
}
