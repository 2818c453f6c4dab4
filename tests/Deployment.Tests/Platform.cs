// Debian is what Cohort is deployed on.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
