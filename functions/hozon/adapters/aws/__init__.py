"""An archive in an AWS account: S3, DynamoDB and SQS. All botocore stays in here."""
